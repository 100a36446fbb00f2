package dev.dibs.daemon.files;

/**
 * Numbers of nodes and of open files: 64 bits, of which the upper six say what kind it is.
 *
 * <pre>
 *   fixed    0 | 1 is the root, up to 1,000
 *   fresh    1 | the millisecond in which the daemon started, 42 bits | a counter, 16 bits
 *   named    2 to 7 | 58 bits of a hash of the name
 *   of a run 8 to 31 | the number of its claim, less than 58 bits
 * </pre>
 *
 * So what has a lasting meaning has the same number in a later daemon, and everything else a number
 * that was never used. For the loop's thread only.
 */
public final class NodeNumbers {

  /** The root; the others that are fixed. */
  public static final long ROOT = 1;

  public static final long README = 2;
  public static final long STATUS = 3;
  public static final long STATUS_JSON = 4;
  public static final long POOLS = 5;
  public static final long RUNS = 6;
  public static final long RUN = 7;
  public static final long RUN_README = 8;
  public static final long JOB = 10;
  public static final long JOB_README = 11;
  public static final long LOCKS = 13;
  public static final long LOCK_README = 14;
  public static final long ASK = 15;
  public static final long BY_ID = 16;
  public static final long JOBSERVER = 17;
  public static final long REFUSED = 18;

  /** Kinds of {@link #named}. */
  static final int LOCK = 2;

  static final int POOL = 3;
  static final int CLAIM = 4;

  /** The first kind of {@link #ofRun}. */
  static final int OF_RUN = 8;

  private static final int KIND_SHIFT = 58;
  private static final long FRESH = 1L << KIND_SHIFT;
  private static final long PAYLOAD = FRESH - 1;
  private static final int COUNTER_BITS = 16;

  private long next;

  /**
   * @param epochMs when this daemon started, ms since 1970; none other starts in that millisecond
   */
  public NodeNumbers(long epochMs) {
    this.next = (epochMs << COUNTER_BITS) + 1;
  }

  /** One that was never used before. */
  public long fresh() {
    return FRESH | (next++ & PAYLOAD);
  }

  /** The number of a name, always the same. */
  static long named(int kind, String name) {
    long hash = 0xcbf29ce484222325L; // FNV-1a, then mixed: short names differ in few bits
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15L;
    return ((long) kind << KIND_SHIFT) | ((hash ^ (hash >>> 29)) & PAYLOAD);
  }

  /** The number of something that a run has, always the same. */
  static long ofRun(int kind, long claim) {
    return ((long) kind << KIND_SHIFT) | (claim & PAYLOAD);
  }

  static int kind(long number) {
    return (int) (number >>> KIND_SHIFT);
  }

  static long payload(long number) {
    return number & PAYLOAD;
  }
}
