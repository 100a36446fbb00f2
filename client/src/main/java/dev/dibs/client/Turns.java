package dev.dibs.client;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to receive from a connection that many threads use: one thread at a time. To be
 * woken by another thread costs as much as to be woken by the kernel; so whoever waits for an
 * answer receives himself, finds the answers of all others on the way, and when he leaves the turn
 * goes to another one who waits.
 *
 * <p>Somebody must hear of the connection's end, and of what comes for those who gave up, also when
 * nobody waits. That is the <em>keeper</em>, a thread of the connection's own. He takes the turn
 * when nobody has wanted it for a while, or at once if he is needed, and leaves it to the first who
 * waits.
 *
 * <pre>
 *   nobody --enter, goOn--> one who waits --leave--> nobody, the next who waits is woken
 *     |  ^
 *     |  +-- leaveToOthers -----+
 *     +----- awaitQuiet --> the keeper   (enter: he is called back)
 * </pre>
 *
 * <p>Nobody is forgotten: who waits is noted before he looks whether it is his turn, and whoever
 * leaves, with the turn or without, wakes the first who is noted if it is nobody's.
 */
final class Turns {

  /** So long nobody has to have waited before the keeper takes the turn. */
  static final long QUIET_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Runnable callKeeper;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition forKeeper = lock.newCondition();
  private final Set<Thread> waiting = new LinkedHashSet<>();
  private @Nullable Thread receiver;
  private boolean isKeepers;
  private boolean used;
  private int needed;
  private boolean keeperSleeps; // until he is signalled
  private boolean over;

  /**
   * Nobody's turn.
   *
   * @param callKeeper has the keeper look whether {@link #isQuiet}; must not block
   */
  Turns(Runnable callKeeper) {
    this.callKeeper = callKeeper;
  }

  /** The calling thread waits from now on, until {@link #leave}. */
  void enter() {
    boolean call;
    lock.lock();
    try {
      waiting.add(Thread.currentThread());
      call = isKeepers;
    } finally {
      lock.unlock();
    }
    if (call) {
      callKeeper.run();
    }
  }

  /** Whether it is the turn of the calling thread, one who waits; it is if it was nobody's. */
  boolean isMine() {
    Thread me = Thread.currentThread();
    lock.lock();
    try {
      if (receiver == null) {
        receiver = me;
      }
      return receiver == me;
    } finally {
      lock.unlock();
    }
  }

  /** The calling thread waits no more. */
  void leave() {
    Thread me = Thread.currentThread();
    lock.lock();
    try {
      waiting.remove(me);
      used = true;
      if (receiver == me) {
        receiver = null;
      }
      passOn();
    } finally {
      lock.unlock();
    }
  }

  private void passOn() {
    if (receiver != null) {
      return;
    }
    if (!waiting.isEmpty()) {
      LockSupport.unpark(waiting.iterator().next());
    } else if (keeperSleeps || needed > 0) {
      forKeeper.signal();
    }
  }

  /** Until {@link #needNoMore} there is something to do for which nobody waits. */
  void need() {
    lock.lock();
    try {
      needed++;
      passOn();
    } finally {
      lock.unlock();
    }
  }

  /** As often as {@link #need}. */
  void needNoMore() {
    lock.lock();
    try {
      needed--;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing comes any more. */
  void end() {
    lock.lock();
    try {
      over = true;
      forKeeper.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Whether nobody waits. */
  boolean isQuiet() {
    lock.lock();
    try {
      return waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Called by the keeper. Blocks until it is his turn.
   *
   * @return false if nothing comes any more
   */
  boolean awaitQuiet() {
    lock.lock();
    try {
      while (!over && !isForKeeper()) {
        used = false;
        if (receiver == null && waiting.isEmpty()) {
          long ignored = forKeeper.awaitNanos(QUIET_NS);
        } else {
          keeperSleeps = true;
          forKeeper.awaitUninterruptibly();
          keeperSleeps = false;
        }
      }
      isKeepers = !over;
      receiver = over ? null : Thread.currentThread();
      return isKeepers;
    } catch (InterruptedException impossible) {
      throw new IllegalStateException("BUG: the keeper is interrupted", impossible);
    } finally {
      lock.unlock();
    }
  }

  private boolean isForKeeper() {
    return receiver == null && waiting.isEmpty() && (needed > 0 || !used);
  }

  /** Called by the keeper, whose turn it is: he leaves it to those who wait. */
  void leaveToOthers() {
    lock.lock();
    try {
      isKeepers = false;
      receiver = null;
      used = true;
      passOn();
    } finally {
      lock.unlock();
    }
  }
}
