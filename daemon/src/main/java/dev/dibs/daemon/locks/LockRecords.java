package dev.dibs.daemon.locks;

import dev.dibs.core.locks.LockMode;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Remembers who holds locks, for a later daemon. */
public interface LockRecords {

  /** One that is remembered. */
  interface Entry {
    /** It is over. */
    void remove();
  }

  /**
   * Remembers a claim, before its holder hears of it.
   *
   * @throws IOException if it can't be remembered; then it must not be held
   */
  Entry add(HeldLocks held) throws IOException;

  /**
   * A claim that is held.
   *
   * @param within the claim below which it was made, or null
   * @param pid the process of its holder; it need not live any more
   * @param sinceEpochMs since when, ms since 1970
   * @param trace what its {@linkplain LockHolder#trace holder} said
   */
  record HeldLocks(
      long claim,
      @Nullable Long within,
      int pid,
      long sinceEpochMs,
      Map<String, LockMode> names,
      long fence,
      String trace) {}
}
