package dev.dibs.daemon.locks;

import dev.dibs.host.OfdLocks;
import dev.dibs.host.OsException;
import java.util.function.Consumer;

/**
 * A thread that waits in the kernel until a name can be had that somebody has without a daemon:
 * first at the turnstile, behind all who wait for it, then for the name.
 *
 * <p>It can't be called back. If nobody wants the name any more it gives up its place at the
 * turnstile, and lingers.
 */
final class RangeWatch implements Runnable {

  private static final int STACK_BYTES = 256 * 1024;

  private final OfdLocks ranges;
  private final OfdLocks turns;
  private final long position;
  private final boolean shared;
  private final Consumer<RangeWatch> back;
  private volatile boolean wanted = true;
  private volatile boolean failed;

  /**
   * @param back told by the thread when it has come back, whatever it brings
   */
  RangeWatch(
      OfdLocks ranges, OfdLocks turns, long position, boolean shared, Consumer<RangeWatch> back) {
    this.ranges = ranges;
    this.turns = turns;
    this.position = position;
    this.shared = shared;
    this.back = back;
  }

  long position() {
    return position;
  }

  /** Whether it came back because the kernel refused. */
  boolean hasFailed() {
    return failed;
  }

  /**
   * Goes waiting.
   *
   * @return false if there is no thread to be had
   */
  boolean start() {
    try {
      Thread.ofPlatform()
          .daemon()
          .name("waits for a lock without the daemon")
          .stackSize(STACK_BYTES)
          .start(this);
      return true;
    } catch (OutOfMemoryError none) {
      return false;
    }
  }

  void wanted() {
    wanted = true;
  }

  void unwanted() throws OsException {
    wanted = false;
    turns.unlock(position, 1);
  }

  @Override
  public void run() {
    try {
      turns.lock(position, 1, false);
      if (wanted) {
        ranges.lock(position, dev.dibs.locks.LockRange.LENGTH, shared);
      }
      turns.unlock(position, 1);
    } catch (OsException refused) {
      failed = true;
    } finally {
      back.accept(this);
    }
  }
}
