package dev.dibs.daemon;

/**
 * How many visitors without a right cookie are let in: some at once, then so many a second. A leaky
 * bucket, each visit a drop.
 */
final class FailedVisits {

  private final int atOnceMax;
  private final double leaksPerMs;
  private double level;
  private long levelMs;

  FailedVisits(int atOnceMax, int perSecond) {
    this.atOnceMax = atOnceMax;
    this.leaksPerMs = perSecond / 1000.0;
  }

  /** Takes note of one; whether these are too many. */
  boolean add(long nowMs) {
    level = Math.max(0, level - (nowMs - levelMs) * leaksPerMs) + 1;
    levelMs = nowMs;
    return level > atOnceMax;
  }
}
