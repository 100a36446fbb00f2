package dev.dibs.daemon.locks;

import dev.dibs.core.locks.Locks;
import dev.dibs.core.locks.Waiting;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Notices;
import java.util.List;
import java.util.Optional;

/** Tells those who wait for a lock who holds it. */
final class LockNotices {

  private final Locks core;
  private final LockTexts texts;
  private final Notices notices;

  LockNotices(Locks core, LockTexts texts, EventLoop loop) {
    this.core = core;
    this.texts = texts;
    this.notices = new Notices(loop, texts::refresh);
  }

  /** Tells this one until {@link #forget}. */
  void watch(LockClaim waiter) {
    notices.watch(
        new Notices.Waiter(
            waiter.id(), waiter.sinceMs(), () -> blockers(waiter), () -> tell(waiter)));
  }

  /** It waits no more, or never did. */
  void forget(long claim) {
    notices.forget(claim);
  }

  private Object blockers(LockClaim waiter) {
    Optional<Waiting> waiting = core.waiting(waiter.id());
    return waiting.isPresent()
        ? List.of(waiting.get().name(), waiting.get().holders())
        : List.of(waiter.phase());
  }

  private void tell(LockClaim waiter) {
    waiter.holder().waiting(texts.waiting(waiter));
  }
}
