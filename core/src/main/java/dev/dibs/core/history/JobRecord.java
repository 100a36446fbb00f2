package dev.dibs.core.history;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known of one job. Thousands are read when a daemon starts, by code that is not compiled
 * yet: therefore loops, not streams.
 *
 * @param seen how often it was seen in all, ended well or not
 * @param last what it needed when it was last done, oldest first, {@link #LAST_MAX} at most
 * @param floorMib what it needs at least since it last failed or was killed, MiB; 0 once it was
 *     done again
 */
public record JobRecord(JobKey key, int seen, List<Measure> last, int floorMib) {

  /** How many times are remembered. */
  public static final int LAST_MAX = 5;

  /** More than that is an error of whoever measured; twice as much is still a number, MiB. */
  public static final int MIB_MAX = 1 << 30;

  /** What is added to the most that was seen: the next time may be a little worse. */
  private static final int MARGIN_PERCENT = 10;

  /** The same while it was seen less often: looks at it may have missed its peak. */
  private static final int MARGIN_PERCENT_OF_FEW = 30;

  /** What ended nobody knows how counts if it needed this part of the usual, percent. */
  private static final int ABOUT_PERCENT = 80;

  /**
   * One time.
   *
   * @param mib most memory, MiB
   * @param ms how long it took
   */
  public record Measure(int mib, long ms) {}

  public JobRecord {
    last = List.copyOf(last);
    if (seen < last.size() || last.size() > LAST_MAX || !inBounds(last, floorMib)) {
      throw new IllegalArgumentException("no record: " + seen + " " + last + " " + floorMib);
    }
  }

  private static boolean inBounds(List<Measure> last, int floorMib) {
    for (Measure one : last) {
      if (one.mib < 0 || one.mib > MIB_MAX || one.ms < 0) {
        return false;
      }
    }
    return floorMib >= 0 && floorMib <= MIB_MAX;
  }

  /** Of a job that nobody has seen. */
  static JobRecord none(JobKey key) {
    return new JobRecord(key, 0, List.of(), 0);
  }

  /** Whether it was ever seen to be done. */
  boolean isMeasured() {
    return !last.isEmpty();
  }

  /** The most of the last times, MiB; 0 if there are none. */
  public int peakMib() {
    int peakMib = 0;
    for (Measure one : last) {
      peakMib = Math.max(peakMib, one.mib);
    }
    return peakMib;
  }

  /** The longest of the last times, ms; 0 if there are none. */
  public long durationMs() {
    long longestMs = 0;
    for (Measure one : last) {
      longestMs = Math.max(longestMs, one.ms);
    }
    return longestMs;
  }

  /** What is to be reckoned with by these measures alone, MiB. */
  int mib() {
    int margin = last.size() < LAST_MAX ? MARGIN_PERCENT_OF_FEW : MARGIN_PERCENT;
    return (int) Math.ceilDiv((long) peakMib() * (100 + margin), 100);
  }

  /**
   * What is known after one time more.
   *
   * @param expectedMib the estimate with which it was started
   */
  JobRecord after(Sample sample, int expectedMib) {
    int peak = Math.min(sample.peakMib(), MIB_MAX);
    return switch (sample.ending()) {
      case DONE -> measured(peak, sample.durationMs(), 0);
      case UNKNOWN ->
          peak >= (long) peakMib() * ABOUT_PERCENT / 100
              ? measured(peak, sample.durationMs(), floorMib)
              : atLeast(peak);
      case FAILED -> atLeast(peak);
      case KILLED -> atLeast(Math.max(2L * peak, expectedMib + 1L));
    };
  }

  private JobRecord measured(int mib, long ms, int floor) {
    List<Measure> more = new ArrayList<>(last);
    more.add(new Measure(mib, ms));
    if (more.size() > LAST_MAX) {
      more.removeFirst();
    }
    return new JobRecord(key, oneMore(), more, floor);
  }

  private JobRecord atLeast(long mib) {
    int floor = (int) Math.min(MIB_MAX, Math.max(floorMib, mib));
    return new JobRecord(key, oneMore(), last, floor);
  }

  private int oneMore() {
    return seen == Integer.MAX_VALUE ? seen : seen + 1;
  }
}
