package dev.dibs.testkit;

/**
 * Randomness from a seed: the same seed gives the same throws on every machine and Java version
 * (SplitMix64).
 */
public final class Dice {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  /** Dice that always fall alike. */
  public Dice(long seed) {
    state = mix(seed + GOLDEN);
  }

  /** Dice of their own for one actor: what it throws does not shift the throws of others. */
  public Dice split() {
    return new Dice(next());
  }

  /** 0 to {@code bound - 1}. */
  public int below(int bound) {
    return (int) ((next() >>> 33) % bound);
  }

  /** {@code least} to {@code most}. */
  public int between(int least, int most) {
    return least + below(most - least + 1);
  }

  /** True so many times in a hundred. */
  public boolean percent(int chance) {
    return below(100) < chance;
  }

  private long next() {
    state += GOLDEN;
    return mix(state);
  }

  private static long mix(long seed) {
    long z = (seed ^ (seed >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
