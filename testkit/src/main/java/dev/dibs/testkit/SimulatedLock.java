package dev.dibs.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A lock beside the pool, first come, first served: whoever waits for it in a run lends its slot,
 * and goes on when it has both.
 */
final class SimulatedLock {

  /** Who waits for it and then holds it. */
  interface Holder {
    SimulatedClaim claim();

    /** It holds it, and its slot. */
    void locked();
  }

  private final SimulatedHost host;
  private final Deque<Holder> waiters = new ArrayDeque<>();
  private @Nullable Holder holder;

  SimulatedLock(SimulatedHost host) {
    this.host = host;
  }

  void take(Holder asker) {
    if (holder == null) {
      holder = asker;
      asker.locked();
    } else {
      waiters.add(asker);
      host.suspend(asker.claim());
    }
  }

  /** It holds it no more, or waits no more. */
  void leave(Holder over) {
    waiters.remove(over);
    if (holder == over) {
      Holder next = waiters.poll();
      holder = next;
      if (next != null) {
        host.resume(next.claim(), next::locked);
      }
    }
  }
}
