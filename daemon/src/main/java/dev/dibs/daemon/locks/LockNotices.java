package dev.dibs.daemon.locks;

import dev.dibs.core.locks.Locks;
import dev.dibs.core.locks.Waiting;
import dev.dibs.daemon.loop.EventLoop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells those who wait for a lock who holds it: after a second, and when that changes. However many
 * there are, no more than a few are looked at each time, so that a handover among a thousand
 * waiters wakes one of them.
 */
final class LockNotices {

  private static final long FIRST_AFTER_MS = 1_000;
  private static final long LOOK_EVERY_MS = 250;
  private static final int LOOKS = 8;

  /** Somebody who waits, and what it was told. */
  private static final class Line {
    private final LockClaim waiter;
    private List<Object> told = List.of();

    private Line(LockClaim waiter) {
      this.waiter = waiter;
    }
  }

  private final Locks core;
  private final LockTexts texts;
  private final EventLoop loop;
  private final Map<Long, Line> lines = new LinkedHashMap<>(); // who was looked at last comes last
  private boolean armed;

  LockNotices(Locks core, LockTexts texts, EventLoop loop) {
    this.core = core;
    this.texts = texts;
    this.loop = loop;
  }

  /** Tells this one until {@link #forget}. */
  void watch(LockClaim waiter) {
    lines.put(waiter.id(), new Line(waiter));
    arm(FIRST_AFTER_MS);
  }

  /** It waits no more, or never did. */
  void forget(long claim) {
    lines.remove(claim);
  }

  private void arm(long afterMs) {
    if (!armed && !lines.isEmpty()) {
      armed = true;
      loop.after(afterMs, this::look);
    }
  }

  private void look() {
    armed = false;
    texts.refresh();
    int looks = LOOKS;
    for (Line line : List.copyOf(lines.values())) {
      if (looks > 0 && lines.remove(line.waiter.id(), line)) { // one that is told may end others
        lines.put(line.waiter.id(), line);
        looks -= tell(line) ? 1 : 0;
      }
    }
    arm(LOOK_EVERY_MS);
  }

  /** Whether it took any time. */
  private boolean tell(Line line) {
    if (loop.nowMs() - line.waiter.sinceMs() < FIRST_AFTER_MS) {
      return false;
    }
    List<Object> now = blockers(line.waiter);
    if (!now.equals(line.told)) {
      line.told = now;
      line.waiter.holder().waiting(texts.waiting(line.waiter));
    }
    return true;
  }

  private List<Object> blockers(LockClaim waiter) {
    Optional<Waiting> waiting = core.waiting(waiter.id());
    return waiting.isPresent()
        ? List.of(waiting.get().name(), waiting.get().holders())
        : List.of(waiter.phase());
  }
}
