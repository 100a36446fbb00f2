package dev.dibs.daemon.learned;

import dev.dibs.core.history.Ending;
import dev.dibs.core.history.JobKey;
import dev.dibs.core.history.MovingQuantile;
import dev.dibs.core.history.Sample;
import java.util.Optional;

/** What is being learned of one claim while it lives. */
final class Lesson {

  /** Looks at a run's slots of which the quantile is taken, the latest. */
  private static final int LOOKS_MAX = 256;

  /** Fewer say nothing of a run. */
  private static final int LOOKS_MIN = 3;

  private static final int PERCENT = 90;

  private final JobKey key;
  private final boolean perSlot;
  private final MovingQuantile mibPerSlot = new MovingQuantile(LOOKS_MAX, PERCENT);
  private long lastMs = -1; // -1: nobody looked
  private int peakMib;
  private int killedAtMib = -1; // -1: it was not

  /**
   * @param perSlot whether what each of its slots needs is to be learned, and not the whole
   */
  Lesson(JobKey key, boolean perSlot) {
    this.key = key;
    this.perSlot = perSlot;
  }

  JobKey key() {
    return key;
  }

  /**
   * Somebody looked.
   *
   * @param slots how many it had then
   */
  void looked(long nowMs, int mib, int slots) {
    lastMs = nowMs;
    peakMib = Math.max(peakMib, mib);
    mibPerSlot.add(mib / Math.max(1, slots));
  }

  /**
   * One of its compilers is at work. It takes a slot for itself, however many the run has; so where
   * some slots lie idle it says more of what a slot needs than the run's share does.
   */
  void sawCompiler(int mib) {
    mibPerSlot.add(mib);
  }

  /** It is being killed because memory ran out. */
  void outOfMemory(int mib) {
    killedAtMib = perSlot ? (int) mibPerSlot.value() : Math.max(peakMib, mib);
  }

  /** What it taught, now that it is over; nothing if nobody looked, or not often enough. */
  Optional<Sample> end(long nowMs, int endPeakMib, long durationMs, Ending how) {
    if (killedAtMib >= 0) {
      return Optional.of(new Sample(killedAtMib, durationMs, Ending.KILLED));
    }
    if (perSlot) {
      return mibPerSlot.size() < LOOKS_MIN
          ? Optional.empty()
          : Optional.of(new Sample((int) mibPerSlot.value(), durationMs, how));
    }
    int peak = Math.max(peakMib, endPeakMib);
    return peak == 0
        ? Optional.empty()
        : Optional.of(
            new Sample(
                peak, durationMs, sawOnlyTheBeginning(nowMs, durationMs) ? Ending.FAILED : how));
  }

  /** Memory grows while a job lasts: who was not seen in its second half may have needed more. */
  private boolean sawOnlyTheBeginning(long nowMs, long durationMs) {
    return lastMs >= 0 && lastMs < nowMs - durationMs / 2;
  }
}
