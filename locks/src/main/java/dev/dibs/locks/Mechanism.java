package dev.dibs.locks;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How this JVM as a whole holds one name against all other processes. What is above it settles what
 * threads of this JVM want of each other, many names, reentrancy, fencing numbers and hints.
 *
 * <p>What the caller promises: it never asks for a name while this JVM holds it in a conflicting
 * mode, and of those who wait for a name it sends one at a time; one that does not wait may come at
 * any time. Names are asked for by their position: two of the same position are one.
 *
 * <p>Thread-safe; callers may be virtual threads and may be interrupted.
 */
interface Mechanism {

  /**
   * Takes a name.
   *
   * @param deadline until when to wait. One that {@linkplain Deadline#waits does not wait} is
   *     granted whatever is free now, be others waiting or not; it is not refused because somebody
   *     is only about to look, and it may still block for as long as files need
   * @return null if another process holds it and the time is over
   * @throws InterruptedException if it waited and was interrupted; nothing is held then
   * @throws IOException if it can't be said who holds it, or nothing can be locked here: fail
   *     closed
   */
  @Nullable Hold take(LockName name, LockMode mode, Deadline deadline)
      throws IOException, InterruptedException;

  /**
   * Whether it still is what the directory of this path is locked with: it may have been removed.
   */
  default boolean isStillAt(Path directory) {
    return true;
  }

  /** One hold of a name; there may be several shared ones of the same name. */
  interface Hold {

    /**
     * From exclusive to shared, never free in between; nothing if it is shared already.
     *
     * @throws IOException if that fails; it is exclusive still
     */
    void downgrade() throws IOException;

    /** Gives it back; called once. Does not wait for anybody. */
    void release();
  }
}
