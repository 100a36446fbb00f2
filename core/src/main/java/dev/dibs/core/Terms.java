package dev.dibs.core;

/**
 * What a claim asks for.
 *
 * @param kind whether the claim is a run (gets a token FIFO) or a job
 * @param weight share relative to other parties, {@value #WEIGHT_MIN} to {@value #WEIGHT_MAX},
 *     usual {@value #WEIGHT_USUAL}; a party with twice the weight gets twice the slots. Ignored for
 *     members.
 * @param cap most slots that the party may hold at once, at least 1; {@link Integer#MAX_VALUE} for
 *     none. Ignored for members.
 * @param slotsMin fewest slots that the claim starts with, at least 1; more than the pool's size
 *     counts as its size
 * @param slotsMax most slots that the claim starts with, at least {@code slotsMin}; between the two
 *     a claim gets its fair share of what is free
 * @param deadlineMs time of the event clock at which a waiting claim is refused; {@link
 *     Long#MAX_VALUE} for never; a deadline not after the request means: do not wait
 * @param tokens whether tokens may be put into the run's FIFO; false for a command that can't share
 *     them: the slots granted at its start are all it will have. Ignored for jobs and members.
 * @param need what it is expected to need of memory
 */
public record Terms(
    Kind kind,
    int weight,
    int cap,
    int slotsMin,
    int slotsMax,
    long deadlineMs,
    boolean tokens,
    Need need) {

  /** Lowest weight. */
  public static final int WEIGHT_MIN = 1;

  /** Highest weight. */
  public static final int WEIGHT_MAX = 10_000;

  /** The weight of a party that named none. */
  public static final int WEIGHT_USUAL = 100;

  /** A run gets a token FIFO and may have members; a job has neither. */
  public enum Kind {
    RUN,
    JOB
  }

  public Terms {
    if (weight < WEIGHT_MIN || weight > WEIGHT_MAX) {
      throw new IllegalArgumentException("weight " + weight);
    }
    if (cap < 1) {
      throw new IllegalArgumentException("cap " + cap);
    }
    if (slotsMin < 1 || slotsMax < slotsMin) {
      throw new IllegalArgumentException("slots " + slotsMin + ".." + slotsMax);
    }
  }

  /**
   * A run of usual weight, without a cap, with one slot to start, that waits as long as it takes.
   */
  public static Terms run() {
    return new Terms(
        Kind.RUN, WEIGHT_USUAL, Integer.MAX_VALUE, 1, 1, Long.MAX_VALUE, true, Need.UNKNOWN);
  }

  /** A job of one slot that waits as long as it takes. */
  public static Terms job() {
    return new Terms(
        Kind.JOB, WEIGHT_USUAL, Integer.MAX_VALUE, 1, 1, Long.MAX_VALUE, false, Need.UNKNOWN);
  }

  /** These terms with another weight. */
  public Terms withWeight(int other) {
    return new Terms(kind, other, cap, slotsMin, slotsMax, deadlineMs, tokens, need);
  }

  /** These terms with another cap. */
  public Terms withCap(int other) {
    return new Terms(kind, weight, other, slotsMin, slotsMax, deadlineMs, tokens, need);
  }

  /** These terms with another range of slots to start with. */
  public Terms withSlots(int min, int max) {
    return new Terms(kind, weight, cap, min, max, deadlineMs, tokens, need);
  }

  /** These terms with another deadline. */
  public Terms withDeadlineMs(long other) {
    return new Terms(kind, weight, cap, slotsMin, slotsMax, other, tokens, need);
  }

  /** These terms with tokens, or without. */
  public Terms withTokens(boolean other) {
    return new Terms(kind, weight, cap, slotsMin, slotsMax, deadlineMs, other, need);
  }

  /** These terms with another need of memory. */
  public Terms withNeed(Need other) {
    return new Terms(kind, weight, cap, slotsMin, slotsMax, deadlineMs, tokens, other);
  }
}
