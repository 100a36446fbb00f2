package dev.dibs.locks;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One name among the threads of this JVM, in front of the {@link Mechanism}: who waits here comes
 * in order, and only the first asks the mechanism, so of a thousand threads one waits in the
 * kernel. Every holder, that is thread, has a hold of its own there; so who gives it back and wants
 * it again stands behind those who wait in other processes, too.
 */
final class NameQueue {

  private final LockName name;
  private final Mechanism mechanism;
  private final ReentrantLock lock = new ReentrantLock();
  private final IdentityHashMap<Thread, Holder> holders = new IdentityHashMap<>(2);
  private final Deque<Waiter> waiters = new ArrayDeque<>(2);

  int users; // changed by the map of names only

  NameQueue(LockName name, Mechanism mechanism) {
    this.name = name;
    this.mechanism = mechanism;
  }

  LockName name() {
    return name;
  }

  /**
   * Takes the name for a thread, the calling one.
   *
   * @return null if the time was over first
   * @throws LockRefusedException if the thread holds it shared and wants more
   */
  @Nullable Grant take(Thread thread, LockMode mode, Deadline deadline)
      throws IOException, InterruptedException, LockRefusedException {
    Waiter waiter = null;
    lock.lock();
    try {
      Holder mine = holders.get(thread);
      if (mine != null) {
        return mine.again(mode);
      }
      if (deadline.waits()) {
        waiter = new Waiter(mode);
        waiters.add(waiter);
      } else if (conflicts(mode)) {
        return null;
      }
    } finally {
      lock.unlock();
    }
    return waiter == null ? ask(thread, mode, deadline) : await(waiter, thread, deadline);
  }

  /** Throws if the thread could never have it. */
  void refuseUpgrade(Thread thread, LockMode mode) throws LockRefusedException {
    lock.lock();
    try {
      Holder mine = holders.get(thread);
      if (mine != null) {
        mine.refuseUpgrade(mode);
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Grant await(Waiter waiter, Thread thread, Deadline deadline)
      throws IOException, InterruptedException {
    try {
      return awaitTurn(waiter, deadline) ? ask(thread, waiter.mode, deadline) : null;
    } finally {
      lock.lock();
      try {
        waiters.remove(waiter);
        wakeFirst();
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean awaitTurn(Waiter waiter, Deadline deadline) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiters.peek() != waiter || conflicts(waiter.mode)) {
        long leftNs = deadline.leftNs();
        if (leftNs <= 0) {
          return false;
        }
        long ignored = waiter.condition(lock).awaitNanos(leftNs);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Grant ask(Thread thread, LockMode mode, Deadline deadline)
      throws IOException, InterruptedException {
    Mechanism.Hold hold = mechanism.take(name, mode, deadline);
    if (hold == null) {
      return null;
    }
    lock.lock();
    try {
      Holder holder = new Holder(thread, mode, hold);
      holders.put(thread, holder);
      return holder.grant(mode);
    } finally {
      lock.unlock();
    }
  }

  private boolean conflicts(LockMode mode) {
    for (Holder holder : holders.values()) {
      if (holder.mode.conflictsWith(mode)) {
        return true;
      }
    }
    return false;
  }

  private void wakeFirst() {
    Waiter first = waiters.peek();
    if (first != null) {
      first.condition(lock).signal();
    }
  }

  /** Somebody who waits; the first of them waits at the mechanism or for holders in this JVM. */
  private static final class Waiter {

    final LockMode mode;
    private @Nullable Condition turn;

    Waiter(LockMode mode) {
      this.mode = mode;
    }

    Condition condition(ReentrantLock lock) {
      Condition known = turn;
      if (known == null) {
        known = lock.newCondition();
        turn = known;
      }
      return known;
    }
  }

  /** A thread that holds the name, so many times. */
  private final class Holder {

    final Thread thread;
    final Mechanism.Hold hold;
    LockMode mode;
    private int grants;
    private int exclusiveGrants;

    Holder(Thread thread, LockMode mode, Mechanism.Hold hold) {
      this.thread = thread;
      this.mode = mode;
      this.hold = hold;
    }

    Grant again(LockMode wanted) throws LockRefusedException {
      refuseUpgrade(wanted);
      return grant(wanted);
    }

    void refuseUpgrade(LockMode wanted) throws LockRefusedException {
      if (!mode.covers(wanted)) {
        throw new LockRefusedException(
            LockRefusedException.Reason.UPGRADE,
            "The lock '"
                + name.text()
                + "' is held shared by the same thread, which wants it exclusively; of two who do so"
                + " each would wait for the other. Give it back first, or take it exclusively from"
                + " the beginning.");
      }
    }

    Grant grant(LockMode wanted) {
      grants++;
      exclusiveGrants += wanted == LockMode.EXCLUSIVE ? 1 : 0;
      return new Grant(this, wanted);
    }

    /** So many of the exclusive grants are shared now. */
    void downgrade(int fewer) throws IOException {
      if (mode == LockMode.EXCLUSIVE && exclusiveGrants == fewer) {
        hold.downgrade();
        mode = LockMode.SHARED;
      }
      exclusiveGrants -= fewer;
    }

    boolean isLast(LockMode released) {
      grants--;
      exclusiveGrants -= released == LockMode.EXCLUSIVE ? 1 : 0;
      return grants == 0;
    }
  }

  /** That a thread took the name once. Not thread-safe: its user sees to that. */
  final class Grant {

    private final Holder holder;
    private LockMode mode;

    private Grant(Holder holder, LockMode mode) {
      this.holder = holder;
      this.mode = mode;
    }

    NameQueue queue() {
      return NameQueue.this;
    }

    LockName name() {
      return name;
    }

    /** From exclusive to shared, as far as other grants of the thread allow it. */
    void downgrade() throws IOException {
      lock.lock();
      try {
        holder.downgrade(mode == LockMode.EXCLUSIVE ? 1 : 0);
        mode = LockMode.SHARED;
        wakeFirst();
      } finally {
        lock.unlock();
      }
    }

    /** One grant less; what is to be done before others can have the name, is done before. */
    void release(Runnable beforeItIsFree) {
      lock.lock();
      try {
        if (holder.isLast(mode)) {
          beforeItIsFree.run();
          holders.remove(holder.thread);
          holder.hold.release();
          wakeFirst();
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
