package dev.dibs.core.history;

/**
 * What was seen of one job from beginning to end.
 *
 * @param peakMib the most memory that it had in use, MiB
 * @param durationMs how long it took, ms
 */
public record Sample(int peakMib, long durationMs, Ending ending) {

  public Sample {
    if (peakMib < 0 || durationMs < 0) {
      throw new IllegalArgumentException(peakMib + " MiB in " + durationMs + " ms");
    }
  }
}
