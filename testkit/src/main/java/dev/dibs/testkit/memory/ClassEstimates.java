package dev.dibs.testkit.memory;

import dev.dibs.core.Need;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Nothing is known of a job but its kind: what nine of ten of its kind took so far, and before the
 * first has ended a guess. A job that was killed is expected to need twice what was seen of it.
 */
class ClassEstimates implements Estimates {

  private static final int GUESS_MIB_MAX = 1_024;

  private final Map<String, List<Integer>> peaks = new HashMap<>();
  private final Map<Job, Integer> afterKill = new HashMap<>();

  @Override
  public Need of(Job job, int budgetMib) {
    int known = Math.max(usualMib(job, budgetMib), afterKill.getOrDefault(job, 0));
    Need need = Need.ofMib(known).lasting(usualMs(job)).repeatable();
    return job.kills > 1 ? need.byItself() : need;
  }

  int usualMib(Job job, int budgetMib) {
    List<Integer> samples = peaks.getOrDefault(job.kind, List.of());
    return samples.isEmpty() ? Math.min(GUESS_MIB_MAX, budgetMib / 2) : upper(samples);
  }

  long usualMs(Job job) {
    return 0;
  }

  @Override
  public int perSlotMib(Build build, int budgetMib) {
    return Math.min(GUESS_MIB_MAX, budgetMib / 2);
  }

  private static int upper(List<Integer> samples) {
    List<Integer> sorted = new ArrayList<>(samples);
    Collections.sort(sorted);
    return sorted.get((sorted.size() - 1) * 9 / 10);
  }

  @Override
  public void ended(Job job, Policy.End how) {
    if (how == Policy.End.DONE) {
      peaks.computeIfAbsent(job.kind, kind -> new ArrayList<>()).add(job.peakMib);
    } else {
      afterKill.merge(job, Math.max(2 * job.seenMib, 1), (old, more) -> Math.max(old + 1, more));
    }
  }
}
