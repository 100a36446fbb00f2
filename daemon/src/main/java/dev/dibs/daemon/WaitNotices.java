package dev.dibs.daemon;

import dev.dibs.core.PoolView;
import dev.dibs.protocol.Answer;

/** Tells those who wait, after a second and then every minute, who is in the way. */
final class WaitNotices {

  private static final long FIRST_AFTER_MS = 1_000;
  private static final long AGAIN_AFTER_MS = 60_000;

  private final Broker broker;
  private final EventLoop loop;

  WaitNotices(Broker broker, EventLoop loop) {
    this.broker = broker;
    this.loop = loop;
  }

  /** Tells this one as long as it waits. */
  void watch(Claimant waiter) {
    again(waiter, FIRST_AFTER_MS);
  }

  private void again(Claimant waiter, long afterMs) {
    waiter.noticeAt(loop.after(afterMs, () -> tell(waiter)));
  }

  private void tell(Claimant waiter) {
    boolean arrived = waiter.holder().answer(new Answer.Waiting(text("waiting for", waiter)));
    if (arrived) {
      again(waiter, AGAIN_AFTER_MS);
    } else {
      broker.end(waiter);
    }
  }

  /** What a waiter is told whose time is up. */
  String busyText(Claimant waiter) {
    return text("did not get", waiter);
  }

  private String text(String verb, Claimant waiter) {
    PoolView view = waiter.pool().view();
    int wanted = Math.min(waiter.request().slotsMin(), view.size());
    String what = wanted == 1 ? "a slot" : wanted + " slots";
    return "%s %s: %d of %d in use%s"
        .formatted(
            verb,
            what,
            view.held(),
            view.size(),
            new HolderList(broker, view, loop.nowMs()).text());
  }
}
