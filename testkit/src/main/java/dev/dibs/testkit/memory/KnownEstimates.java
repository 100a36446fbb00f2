package dev.dibs.testkit.memory;

/** All jobs were seen before: what they take is known, a tenth too much. */
final class KnownEstimates extends ClassEstimates {

  @Override
  int usualMib(Job job, int budgetMib) {
    return job.peakMib * 11 / 10;
  }

  @Override
  long usualMs(Job job) {
    return job.durationMs;
  }

  @Override
  public int perSlotMib(Build build, int budgetMib) {
    return build.jobs().stream()
        .mapToInt(job -> job.peakMib)
        .sorted()
        .skip(build.jobs().size() * 9L / 10)
        .findFirst()
        .orElse(0);
  }
}
