package dev.dibs.daemon.memory;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * What somebody may set of how claims are watched.
 *
 * @param declaredMib what claims may use together, MiB; empty: what the machine has
 * @param lendAfter how long a holder must use far less than it holds until its slots are lent,
 *     above 0, usually half a minute: many a job waits for a network that long. A third of it is
 *     how long a process in no claim must keep a processor busy until it is counted.
 */
public record WatchSettings(OptionalInt declaredMib, Duration lendAfter) {

  public static final Duration LEND_AFTER_USUAL = Duration.ofSeconds(30);

  public WatchSettings {
    if (!lendAfter.isPositive()) {
      throw new IllegalArgumentException("lent after " + lendAfter);
    }
  }

  /** What is usual. */
  public static WatchSettings usual(OptionalInt declaredMib) {
    return new WatchSettings(declaredMib, LEND_AFTER_USUAL);
  }

  /** Between two looks of the two that a burner is found by, ms. */
  long burnersEveryMs() {
    return lendAfter.toMillis() / 6;
  }
}
