package dev.dibs.core.history;

/**
 * What the measured jobs of one class needed, each counted once, whatever it is called how often.
 */
final class ClassNumbers {

  private static final int PERCENT = 90;

  private final SortedNumbers mib = new SortedNumbers();
  private final SortedNumbers ms = new SortedNumbers();

  void add(JobRecord job) {
    if (job.isMeasured()) {
      mib.add(job.peakMib());
      ms.add(job.durationMs());
    }
  }

  void remove(JobRecord job) {
    if (job.isMeasured()) {
      mib.remove(job.peakMib());
      ms.remove(job.durationMs());
    }
  }

  int size() {
    return mib.size();
  }

  int mib() {
    return (int) mib.quantile(PERCENT);
  }

  long durationMs() {
    return ms.quantile(PERCENT);
  }
}
