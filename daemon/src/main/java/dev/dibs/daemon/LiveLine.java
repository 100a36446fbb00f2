package dev.dibs.daemon;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The line that a waiter rewrites on its terminal: new whenever somebody else is in the way, and
 * from time to time for the ages.
 */
final class LiveLine {

  /** Sooner than this after a line there is no other, and no first one after it began to wait. */
  static final long APART_MS = 1_000;

  static final long AGES_MS = 5_000;

  private final Claimant waiter;
  private long toldMs;
  private List<Long> holders = List.of();
  private int before;
  private String text = "";

  LiveLine(Claimant waiter) {
    this.waiter = waiter;
    this.toldMs = waiter.sinceMs();
  }

  Claimant waiter() {
    return waiter;
  }

  /** The text that the waiter is to be told now, which counts as told; null for none. */
  @Nullable String next(Situation situation, long nowMs) {
    long sinceMs = nowMs - toldMs;
    if (sinceMs < APART_MS || (sinceMs < AGES_MS && isOld(situation))) {
      return null;
    }
    String now = situation.text(WaitNotices.WAITING, waiter);
    if (now.equals(text)) {
      return null;
    }
    toldMs = nowMs;
    holders = situation.holders();
    before = situation.before(waiter);
    text = now;
    return now;
  }

  private boolean isOld(Situation situation) {
    return situation.holders().equals(holders) && situation.before(waiter) == before;
  }
}
