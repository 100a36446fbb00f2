package dev.dibs.daemon.loop;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells those who wait for whom: after a second, and when that changes. However many there are, no
 * more than a few are looked at each time, so that a handover among a thousand waiters wakes one of
 * them. For the loop's thread only.
 */
public final class Notices {

  private static final long FIRST_AFTER_MS = 1_000;
  private static final long LOOK_EVERY_MS = 250;
  private static final int LOOKS = 8;

  /**
   * Somebody who waits.
   *
   * @param id the number of its claim
   * @param sinceMs since when it waits, on the loop's clock
   * @param blockers says for whom; it is told again when that is another
   * @param tell tells it; it, and others, may be forgotten by that
   */
  public record Waiter(long id, long sinceMs, Supplier<Object> blockers, Runnable tell) {}

  private static final class Line {
    private final Waiter waiter;
    private @Nullable Object told;

    private Line(Waiter waiter) {
      this.waiter = waiter;
    }
  }

  private final EventLoop loop;
  private final Runnable refresh;
  private final Map<Long, Line> lines = new LinkedHashMap<>(); // who was looked at last comes last
  private boolean armed;

  /**
   * @param refresh called before some are told
   */
  public Notices(EventLoop loop, Runnable refresh) {
    this.loop = loop;
    this.refresh = refresh;
  }

  /** Tells this one until {@link #forget}. */
  public void watch(Waiter waiter) {
    lines.put(waiter.id(), new Line(waiter));
    arm(FIRST_AFTER_MS);
  }

  /** It waits no more, or never did. */
  public void forget(long claim) {
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
    refresh.run();
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
    Object now = line.waiter.blockers().get();
    if (!now.equals(line.told)) {
      line.told = now;
      line.waiter.tell().run();
    }
    return true;
  }
}
