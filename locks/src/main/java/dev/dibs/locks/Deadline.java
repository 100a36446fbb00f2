package dev.dibs.locks;

import java.time.Duration;

/** Until when somebody waits; by {@link System#nanoTime}. */
final class Deadline {

  private static final long LONGEST_NS = Long.MAX_VALUE / 4; // 73 years: no overflow below

  private final boolean waits;
  private final long endNs;

  private Deadline(boolean waits, long endNs) {
    this.waits = waits;
    this.endNs = endNs;
  }

  /** Does not wait at all. */
  static Deadline now() {
    return new Deadline(false, System.nanoTime());
  }

  /** Waits as long as it takes. */
  static Deadline never() {
    return new Deadline(true, System.nanoTime() + LONGEST_NS);
  }

  /** Waits so long; not at all if that is zero or less. */
  static Deadline after(Duration time) {
    if (time.isNegative() || time.isZero()) {
      return now();
    }
    boolean endless = time.compareTo(Duration.ofNanos(LONGEST_NS)) >= 0;
    return endless ? never() : new Deadline(true, System.nanoTime() + time.toNanos());
  }

  /** Whether it was made to wait, be the time over or not. */
  boolean waits() {
    return waits;
  }

  /** How much is left; zero or less if it is over. */
  long leftNs() {
    return waits ? endNs - System.nanoTime() : 0;
  }

  boolean isOver() {
    return leftNs() <= 0;
  }
}
