package dev.dibs.daemon.learned;

/**
 * How many slots a command made use of in earlier runs. It was kept to the CPUs that it was given,
 * so what it kept busy is what it needs only if it left some of them idle; a command that used up
 * all it ever had is given twice as much the next time, to see.
 *
 * <p>The number rises at once and sinks slowly: one run that had little to do says less than one
 * that had much.
 *
 * @param cores how many CPUs it keeps busy: CPU time over wall time; above 0
 * @param tried most slots that it ever had, at least 1
 */
public record LearnedSize(double cores, int tried) {

  /** A run used up its slots if it kept at least this part of them busy. */
  private static final double USED_UP = 0.85;

  /** A run had too many slots if it kept no more than this part of them busy. */
  private static final double WASTED = 0.6;

  /** What is beyond a whole number by so little is not worth a slot. */
  private static final double NEGLIGIBLE = 0.1;

  /** How far the number sinks towards a lower one. */
  private static final double SINKING = 0.25;

  public LearnedSize {
    if (!(cores > 0 && cores < Integer.MAX_VALUE) || tried < 1) {
      throw new IllegalArgumentException(cores + " cores of " + tried);
    }
  }

  /** What a command gets that nobody knows: half of the pool. */
  public static int ofUnknown(int poolSize) {
    return Math.max(1, poolSize / 2);
  }

  /** Most slots for the next run, 1 to the pool's size. */
  public int next(int poolSize) {
    double wanted = isUsedUp(cores, tried) ? 2.0 * tried : Math.ceil(cores - NEGLIGIBLE);
    return (int) Math.clamp(wanted, 1, poolSize);
  }

  /** What is known after the first run. */
  public static LearnedSize first(double cores, int slots) {
    return new LearnedSize(cores, slots);
  }

  /** What is known after one run more, which kept so many CPUs busy and had so many slots. */
  public LearnedSize after(double nowCores, int slots) {
    return new LearnedSize(moved(nowCores, slots), Math.max(tried, slots));
  }

  private double moved(double nowCores, int slots) {
    if (nowCores >= cores) {
      return nowCores;
    }
    // Whoever tries more slots than ever shows what the command needs; with fewer than before, only
    // slots that lie idle say that it needs less.
    boolean tells = slots > tried || nowCores <= WASTED * slots;
    return tells ? cores - SINKING * (cores - nowCores) : cores;
  }

  private static boolean isUsedUp(double cores, int slots) {
    return cores >= USED_UP * slots;
  }
}
