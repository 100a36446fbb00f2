package dev.dibs.locks;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One byte of {@link RangesFile}, as this JVM has it: by so many users, if it has it.
 *
 * <p>A thread that waits in the kernel can't be called back. So whoever waits does that here, and
 * has a thread of {@link KernelWaiters} wait in the kernel for him; if he goes away, that one
 * <em>lingers</em>. When it gets the byte and nobody wants it, it gives it back at once; who comes
 * meanwhile and wants it takes the lingering thread over.
 *
 * <pre>
 *   free --tryLock--> held --unlock, the last--> free
 *   free --lock--> in the kernel, wanted --arrives--> held
 *                    | time-out              ^ lock again
 *                    v                       |
 *                  in the kernel, lingering -+-arrives--> free
 * </pre>
 *
 * <p>At most one waits at a time; any number may try.
 */
final class RangeLock {

  private final RangesFile file;
  private final long position;
  private final Runnable afterLingering;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private @Nullable FileLock held;
  private int users; // of held; positive exactly if there is one

  private volatile @Nullable LockMode wanted; // by the one who waits
  private boolean inKernel;
  private boolean arrived; // for the one who waits, who counts among the users
  private @Nullable Passage passage; // of the one who waits
  private @Nullable IOException failure;

  /**
   * That of a position.
   *
   * @param afterLingering called when a thread has come back from the kernel for nobody
   */
  RangeLock(RangesFile file, long position, Runnable afterLingering) {
    this.file = file;
    this.position = position;
    this.afterLingering = afterLingering;
  }

  /** Takes it if that needs no waiting. */
  boolean tryLock(LockMode mode) throws IOException {
    lock.lock();
    try {
      return take(mode);
    } finally {
      lock.unlock();
    }
  }

  private boolean take(LockMode mode) throws IOException {
    FileLock mine = held;
    if (mine != null) {
      boolean together = mine.isShared() && mode == LockMode.SHARED;
      users += together ? 1 : 0;
      return together;
    }
    if (!inKernel) {
      held = file.tryLock(position, mode);
      users = held == null ? 0 : 1;
    }
    return held != null;
  }

  /**
   * Takes it; waits until it has it.
   *
   * @return false if the time was over first
   */
  boolean lock(LockMode mode, Deadline deadline) throws IOException, InterruptedException {
    return lock(mode, deadline, null);
  }

  /**
   * The same, on the way through a turnstile.
   *
   * @param from ended by the thread that brings it, if one does
   */
  boolean lock(LockMode mode, Deadline deadline, @Nullable Passage from)
      throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!take(mode)) {
        if (held == null) {
          return await(mode, deadline, from);
        }
        if (!awaitUntil(() -> held == null, deadline)) {
          return false;
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nobody lingers in the kernel for it. False if the time was over first. */
  boolean awaitNoLingerer(Deadline deadline) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return awaitUntil(() -> !inKernel, deadline);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a thread is in the kernel for it, be it that somebody waits or not. */
  boolean isInKernel() {
    lock.lock();
    try {
      return inKernel;
    } finally {
      lock.unlock();
    }
  }

  /** One user less; the last one frees it. */
  void unlock() {
    lock.lock();
    try {
      users--;
      if (users == 0) {
        release(held);
        held = null;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  // Called with the lock from here on.

  private boolean await(LockMode mode, Deadline deadline, @Nullable Passage from)
      throws IOException, InterruptedException {
    arrived = false;
    passage = from;
    failure = null;
    wanted = mode;
    try {
      enterKernel();
      boolean ignored = awaitUntil(() -> arrived || failure != null, deadline);
    } catch (InterruptedException interrupt) {
      if (!arrived) {
        throw interrupt;
      }
      Thread.currentThread().interrupt();
    } finally {
      wanted = null;
      passage = null;
    }
    if (failure != null) {
      throw failure;
    }
    return arrived;
  }

  private void enterKernel() throws IOException {
    if (inKernel) {
      return;
    }
    try {
      KernelWaiters.start(this::waitInKernel);
      inKernel = true;
    } catch (OutOfMemoryError noThread) {
      throw new IOException("No thread can be started to wait for a lock", noThread);
    }
  }

  private boolean awaitUntil(BooleanSupplier condition, Deadline deadline)
      throws InterruptedException {
    while (!condition.getAsBoolean()) {
      long leftNs = deadline.leftNs();
      if (leftNs <= 0) {
        return false;
      }
      long ignored = changed.awaitNanos(leftNs);
    }
    return true;
  }

  // The thread in the kernel.

  private void waitInKernel() {
    while (true) {
      LockMode mode = wanted;
      if (mode == null ? leave() : ask(mode)) {
        return;
      }
    }
  }

  /** Whether nobody wants it still; then this thread is in the kernel no more. */
  private boolean leave() {
    lock.lock();
    try {
      if (wanted != null) {
        return false;
      }
      inKernel = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    afterLingering.run();
    return true;
  }

  /** Whether this thread has done its work. */
  private boolean ask(LockMode mode) {
    try {
      return deliver(mode, file.lock(position, mode, () -> wanted == mode));
    } catch (IOException refused) {
      return fail(refused);
    }
  }

  private boolean deliver(LockMode mode, @Nullable FileLock got) {
    Passage behind = null;
    lock.lock();
    try {
      if (got == null || wanted != mode) {
        release(got);
        return false;
      }
      held = got;
      users = 1;
      arrived = true;
      behind = passage;
      behind = behind != null && behind.take() ? behind : null; // before the waiter can take it
      return done();
    } finally {
      lock.unlock();
      if (behind != null) {
        behind.unlock();
      }
    }
  }

  private boolean fail(IOException refused) {
    lock.lock();
    try {
      failure = refused;
      return done();
    } finally {
      lock.unlock();
    }
  }

  private boolean done() {
    wanted = null;
    inKernel = false;
    changed.signalAll();
    return true;
  }

  private static void release(@Nullable FileLock lock) {
    try {
      if (lock != null) {
        lock.release();
      }
    } catch (IOException impossible) {
      throw new IllegalStateException("BUG: a range can't be given back", impossible);
    }
  }
}
