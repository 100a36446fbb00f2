package dev.dibs.testkit.memory;

import dev.dibs.core.Need;
import dev.dibs.testkit.Dice;
import java.util.HashMap;
import java.util.Map;

/** Wrong by up to five times, for some jobs nothing at all; some may not be repeated. */
final class WildEstimates implements Estimates {

  private final Dice dice;
  private final Map<Job, Need> needs = new HashMap<>();

  WildEstimates(Dice dice) {
    this.dice = dice;
  }

  @Override
  public Need of(Job job, int budgetMib) {
    Need need = needs.computeIfAbsent(job, this::guess);
    return job.kills > 1 ? need.byItself() : need;
  }

  private Need guess(Job job) {
    int percent = dice.percent(10) ? 0 : dice.between(20, 300);
    Need need = Need.ofMib(job.peakMib * percent / 100).lasting(dice.below(job.durationMs));
    return dice.percent(80) ? need.repeatable() : need;
  }

  @Override
  public int perSlotMib(Build build, int budgetMib) {
    return dice.below(budgetMib / 2);
  }

  @Override
  public void ended(Job job, Policy.End how) {
    Need need = needs.get(job);
    if (how != Policy.End.DONE && need != null) {
      int mib = Math.max(2 * job.seenMib, need.mib() + 1);
      needs.put(job, new Need(mib, need.durationMs(), need.retryable(), false));
    }
  }
}
