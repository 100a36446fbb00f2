package dev.dibs.core.history;

/**
 * What a job is expected to need.
 *
 * @param mib the most memory, MiB; above 0
 * @param durationMs how long it takes, ms; 0 if nobody knows
 */
public record Estimate(int mib, long durationMs, Basis basis) {

  /** On what an estimate stands. */
  public enum Basis {
    /** The job itself was seen before. */
    MEASURED,
    /** Jobs of the same tool and kind were. */
    CLASS,
    /** Nothing is known. */
    GUESSED
  }
}
