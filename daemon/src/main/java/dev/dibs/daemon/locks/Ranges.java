package dev.dibs.daemon.locks;

import dev.dibs.core.locks.LockMode;
import java.util.Map;

/** What keeps those out who lock the same names without a daemon. For the loop's thread only. */
public interface Ranges {

  /** What came of it. */
  enum Outcome {
    /** All are taken. */
    TAKEN,
    /** Somebody without a daemon has one of them; it will be told when all are taken. */
    WAITS,
    /** Somebody has one of them, and it was not to wait. */
    BUSY
  }

  /**
   * Takes names for a claim, all or none.
   *
   * @param taken told when all are taken, if it {@linkplain Outcome#WAITS waits}
   */
  Outcome take(long claim, Map<String, LockMode> names, boolean waits, Runnable taken);

  /** They are shared from now on. */
  void downgrade(long claim);

  /** They are given back, or waited for no more. */
  void release(long claim);

  /** Where nobody locks without a daemon, or nothing can keep them out. */
  Ranges NONE =
      new Ranges() {
        @Override
        public Outcome take(
            long claim, Map<String, LockMode> names, boolean waits, Runnable taken) {
          return Outcome.TAKEN;
        }

        @Override
        public void downgrade(long claim) {}

        @Override
        public void release(long claim) {}
      };
}
