package dev.dibs.locks;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One name's bytes in {@code ranges} and {@code turns}, and how they make a lock.
 *
 * <p><b>Who holds.</b> Exclusively: who has both bytes of the lock exclusively. Shared: who has one
 * of them, either, shared. So two who hold it and are not both shared would have the same byte in
 * conflicting modes, which the kernel refuses.
 *
 * <p><b>Why two bytes.</b> For two things that Java's file locks can't do with one. (1) A thread
 * that waits in the kernel can't be called back, and while it is there this JVM can't lock that
 * byte in any mode. If somebody wanted the lock exclusively and gave up, readers of this JVM take
 * the other byte. For that there must always be one, so nobody waits for the first while a thread
 * lingers for the second. (2) A byte's mode can't be changed without freeing it. Who goes from
 * exclusive to shared frees the second byte and takes it shared, while the first still keeps
 * everybody out who wants it exclusively; then he frees the first.
 *
 * <p><b>Order.</b> First byte, then second, always: so of two who want it exclusively one has both
 * or waits for less. The second byte is held exclusively without the first by a lingering thread
 * only, for the moment in which it gives it back.
 *
 * <p><b>Fairness.</b> Whoever waits goes through the turnstile: locks it, waits for the lock,
 * unlocks it. So at most one process waits for the lock and all others wait for the turnstile, and
 * who gives the lock back and wants it again stands behind them, though the waiting process needs
 * some microseconds to wake up. The kernel lets those who wait for one byte have it in their order,
 * or nearly so. It is unlocked as soon as the byte has come for which somebody waited ({@link
 * Passage}). Who gives up frees the turnstile, though his thread may linger. Who does not wait at
 * all does not go through it: then he would be refused because somebody else passes.
 *
 * <p><b>Known gaps.</b> Readers that try again and again without waiting may keep a waiting writer
 * out.
 */
final class NameRanges {

  private final RangeLock first;
  private final RangeLock second;
  private final RangeLock turnstile;

  /**
   * Those of a name.
   *
   * @param afterLingering called when a thread has come back from the kernel for nobody
   */
  NameRanges(RangesFile file, RangesFile turns, LockRange range, Runnable afterLingering) {
    first = new RangeLock(file, range.position(), afterLingering);
    second = new RangeLock(file, range.position() + 1, afterLingering);
    turnstile = new RangeLock(turns, range.position(), afterLingering);
  }

  /** Takes it if it is free at this moment; else null. */
  @Nullable Held tryLock(LockMode mode) throws IOException {
    return switch (mode) {
      case SHARED -> tryShared();
      case EXCLUSIVE -> tryExclusive();
    };
  }

  /** Takes it behind all who wait; null if the time was over first. */
  @Nullable Held lock(LockMode mode, Deadline deadline) throws IOException, InterruptedException {
    if (!turnstile.lock(LockMode.EXCLUSIVE, deadline)) {
      return null;
    }
    Passage passage = new Passage(turnstile);
    try {
      return switch (mode) {
        case SHARED -> lockShared(deadline, passage);
        case EXCLUSIVE -> lockExclusive(deadline, passage);
      };
    } finally {
      passage.end();
    }
  }

  /** Whether a thread is in the kernel for it. */
  boolean isInKernel() {
    return first.isInKernel() || second.isInKernel() || turnstile.isInKernel();
  }

  private @Nullable Held tryShared() throws IOException {
    if (first.tryLock(LockMode.SHARED)) {
      return new Held(first);
    }
    return second.tryLock(LockMode.SHARED) ? new Held(second) : null;
  }

  private @Nullable Held tryExclusive() throws IOException {
    if (!first.tryLock(LockMode.EXCLUSIVE)) {
      return null;
    }
    boolean both = false;
    try {
      both = second.tryLock(LockMode.EXCLUSIVE);
    } finally {
      freeFirstUnless(both);
    }
    return both ? new Held() : null;
  }

  private @Nullable Held lockShared(Deadline deadline, Passage passage)
      throws IOException, InterruptedException {
    Held now = tryShared();
    if (now != null) {
      return now;
    }
    RangeLock one = first.isInKernel() ? second : first;
    return one.lock(LockMode.SHARED, deadline, passage) ? new Held(one) : null;
  }

  private @Nullable Held lockExclusive(Deadline deadline, Passage passage)
      throws IOException, InterruptedException {
    if (!second.awaitNoLingerer(deadline) || !first.lock(LockMode.EXCLUSIVE, deadline, passage)) {
      return null;
    }
    boolean both = false;
    try {
      both = second.lock(LockMode.EXCLUSIVE, deadline);
    } finally {
      freeFirstUnless(both);
    }
    return both ? new Held() : null;
  }

  private void freeFirstUnless(boolean both) {
    if (!both) {
      first.unlock();
    }
  }

  /** That this JVM holds the name once. */
  final class Held {

    private @Nullable RangeLock shared; // null if it is exclusive: then it is both

    private Held() {}

    private Held(RangeLock shared) {
      this.shared = shared;
    }

    /**
     * From exclusive to shared; nothing if it is that. Blocks for a moment if another process's
     * thread lingers.
     */
    void downgrade() {
      if (shared == null) {
        second.unlock();
        shared = secondIsShared() ? second : first;
        if (shared == second) {
          first.unlock();
        }
      }
    }

    /** Else it is the first byte that stays, exclusive: more than was asked for. */
    private boolean secondIsShared() {
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return second.lock(LockMode.SHARED, Deadline.never());
          } catch (InterruptedException later) {
            interrupted = true;
          }
        }
      } catch (IOException refused) {
        return false;
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    void unlock() {
      RangeLock one = shared;
      if (one != null) {
        one.unlock();
      } else {
        second.unlock();
        first.unlock();
      }
    }
  }
}
