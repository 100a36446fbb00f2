package dev.dibs.daemon.locks;

import dev.dibs.locks.Fence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** Where fencing numbers come from. */
public interface Fences {

  /**
   * A number that is larger than all that it gave before, to whomever, also before a restart.
   *
   * @throws IOException if there is none to be had
   */
  long next() throws IOException;

  /** Those of a lock directory. If it is damaged nobody has a number, and so nobody a lock. */
  static Fences of(Path locks, Instant now) {
    try {
      return Fence.of(locks, now)::next;
    } catch (IOException damaged) {
      return () -> {
        throw damaged;
      };
    }
  }
}
