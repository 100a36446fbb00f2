package dev.dibs.core;

import java.time.Duration;

/**
 * How the core weighs what it cannot know about plain FIFOs.
 *
 * @param settledAfter how long a token lies unread in a FIFO before it counts as unwanted; default
 *     20 ms, several times what a client takes between returning a token and taking the next; zero:
 *     at once
 * @param probeEvery how often a FIFO that was drained for others gets one token to show whether it
 *     is wanted; default 250 ms: a party that starts to need tokens waits no longer, and at most 8
 *     % of a slot is spent on asking
 */
public record Settings(Duration settledAfter, Duration probeEvery) {

  /** The defaults. */
  public static final Settings DEFAULT =
      new Settings(Duration.ofMillis(20), Duration.ofMillis(250));

  public Settings {
    if (settledAfter.isNegative() || probeEvery.compareTo(settledAfter) <= 0) {
      throw new IllegalArgumentException(
          "settledAfter " + settledAfter + ", probeEvery " + probeEvery);
    }
  }
}
