package dev.dibs.locks;

import java.time.Duration;

/**
 * How long the socket mechanism waits for others to say something. None of these decides whether
 * somebody is dead; they say when to look again.
 *
 * @param silence how long whoever is asked may take before it counts as silent; also how long a
 *     request that does not wait bears with somebody who is only passing. More than zero
 * @param glance how often a waiter looks whether the process that it waits for is there still (its
 *     connection may outlive it in a child that inherited it), and whether the lock is free while
 *     the next in line does not take it (it may be stopped). More than zero
 * @param turn how long the first in line has to take its turn until the second is told too
 * @param asking how long whoever connects has for asking, before the connection is ended
 */
record SocketSettings(Duration silence, Duration glance, Duration turn, Duration asking) {

  SocketSettings {
    if (!isPositive(silence) || !isPositive(glance) || !isPositive(turn) || !isPositive(asking)) {
      throw new IllegalArgumentException("All must be longer than zero.");
    }
  }

  static SocketSettings usual() {
    return new SocketSettings(
        Duration.ofSeconds(3),
        Duration.ofSeconds(3),
        Duration.ofMillis(100),
        Duration.ofSeconds(20));
  }

  /** Who hangs up on us sooner than this is nobody who would have answered. */
  Duration promptly() {
    return asking.dividedBy(2);
  }

  private static boolean isPositive(Duration time) {
    return !time.isNegative() && !time.isZero();
  }
}
