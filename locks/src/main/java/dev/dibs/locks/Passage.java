package dev.dibs.locks;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One thread's way through a turnstile, which is to be unlocked behind it once. That costs as much
 * as to take a lock: so a thread of {@link KernelWaiters} that brings the lock does it, while
 * whoever waited goes on. Thread-safe.
 */
final class Passage {

  private final RangeLock turnstile;
  private final AtomicBoolean taken = new AtomicBoolean();

  Passage(RangeLock turnstile) {
    this.turnstile = turnstile;
  }

  /** Whether it falls to the caller to {@link #unlock}. */
  boolean take() {
    return taken.compareAndSet(false, true);
  }

  /** For who took it. */
  void unlock() {
    turnstile.unlock();
  }

  /** The turnstile is unlocked, or somebody is about to do it. */
  void end() {
    if (take()) {
      unlock();
    }
  }
}
