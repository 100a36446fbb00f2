package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.protocol.Answer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * Tells those who wait who is in the way: after a second and then every minute, or, who rewrites a
 * line of a terminal, whenever that changes. However many there are, what they are told is worked
 * out once for all, and no more than a few are told at a time.
 */
final class WaitNotices {

  static final String WAITING = "waiting for";

  private static final long FIRST_AFTER_MS = 1_000;
  private static final long AGAIN_AFTER_MS = 60_000;
  private static final long FRESH_MS = 200;
  private static final long LIVE_LOOK_EVERY_MS = 500;

  /** With more live waiters than this each is looked at less often. */
  private static final int LIVE_LOOKS = 5;

  private final Broker broker;
  private final EventLoop loop;
  private final Map<Pool, Situation> situations = new HashMap<>();
  private final Queue<LiveLine> live = new ArrayDeque<>();

  WaitNotices(Broker broker, EventLoop loop) {
    this.broker = broker;
    this.loop = loop;
  }

  /** Tells this one as long as it waits. */
  void watch(Claimant waiter) {
    if (!waiter.request().live()) {
      again(waiter, FIRST_AFTER_MS);
      return;
    }
    live.add(new LiveLine(waiter));
    if (live.size() == 1) {
      lookLater();
    }
  }

  private void again(Claimant waiter, long afterMs) {
    waiter.noticeAt(loop.after(afterMs, () -> tell(waiter)));
  }

  private void tell(Claimant waiter) {
    if (tell(waiter, situation(waiter.pool()).text(WAITING, waiter))) {
      again(waiter, AGAIN_AFTER_MS);
    }
  }

  private boolean tell(Claimant waiter, String text) {
    boolean arrived = waiter.holder().answer(new Answer.Waiting(text));
    if (!arrived) {
      broker.end(waiter);
    }
    return arrived;
  }

  private void lookLater() {
    loop.after(LIVE_LOOK_EVERY_MS, this::lookAtLive);
  }

  private void lookAtLive() {
    for (int looks = Math.min(live.size(), LIVE_LOOKS); looks > 0; looks--) {
      LiveLine line = live.remove();
      if (waits(line.waiter())) {
        live.add(line);
        String text = line.next(situation(line.waiter().pool()), loop.nowMs());
        if (text != null) {
          tell(line.waiter(), text);
        }
      }
    }
    if (live.isEmpty()) {
      situations.clear();
    } else {
      lookLater();
    }
  }

  private boolean waits(Claimant waiter) {
    return waiter.phase() == Claimant.Phase.WAITING && broker.claimant(waiter.id()) == waiter;
  }

  private Situation situation(Pool pool) {
    Situation known = situations.get(pool);
    if (known == null || loop.nowMs() - known.madeAtMs() > FRESH_MS) {
      known = Situation.now(broker, pool, loop.nowMs());
      situations.put(pool, known);
    }
    return known;
  }

  /** What a waiter is told whose time is up. */
  String busyText(Claimant waiter) {
    return Situation.now(broker, waiter.pool(), loop.nowMs()).text("did not get", waiter);
  }
}
