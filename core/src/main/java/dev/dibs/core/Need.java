package dev.dibs.core;

/**
 * What a claim is expected to need of memory.
 *
 * @param mib the most that it will have in use at once, MiB; for a run with tokens: by each of its
 *     slots. 0: nothing is known and nothing is reckoned with.
 * @param durationMs how long it is expected to last, ms; 0 if nothing is known
 * @param retryable whether it may be killed and done again, when memory runs out
 * @param alone whether it must have the memory for itself: nothing starts beside it
 */
public record Need(int mib, long durationMs, boolean retryable, boolean alone) {

  /** Nothing is known, and it can't be repeated. */
  public static final Need UNKNOWN = new Need(0, 0, false, false);

  public Need {
    if (mib < 0 || durationMs < 0) {
      throw new IllegalArgumentException("need of " + mib + " MiB for " + durationMs + " ms");
    }
  }

  /** So much memory, for nobody knows how long, by what can't be repeated. */
  public static Need ofMib(int mib) {
    return new Need(mib, 0, false, false);
  }

  /** The same for so long, ms. */
  public Need lasting(long ms) {
    return new Need(mib, ms, retryable, alone);
  }

  /** The same by what may be killed and done again. */
  public Need repeatable() {
    return new Need(mib, durationMs, true, alone);
  }

  /** The same with the memory for itself. */
  public Need byItself() {
    return new Need(mib, durationMs, retryable, true);
  }
}
