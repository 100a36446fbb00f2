package dev.dibs.testkit.memory;

import dev.dibs.core.Settings;
import dev.dibs.testkit.Dice;
import dev.dibs.testkit.StateMachine;
import dev.dibs.testkit.Trace;
import dev.dibs.testkit.Violation;
import java.util.List;

/**
 * Makes below runs on a small machine, with estimates that are wrong, strangers who take memory,
 * builds that are killed, samples that come late or not at all, and daemons that are killed.
 */
public final class MemorySimulation {

  private static final int[] SAMPLES_MS = {200, 500, 1_000, 3_000, 15_000};
  private static final long STEPS_MAX = 200_000;

  private final Dice dice;
  private final StateMachine.Factory factory;
  private final Trace trace = new Trace();
  private final int cores;
  private final boolean strangers;
  private final boolean deaths;
  private final boolean restarts;

  private MemorySimulation(long seed, StateMachine.Factory factory) {
    this.dice = new Dice(seed);
    this.factory = factory;
    this.cores = dice.between(1, 8);
    this.strangers = dice.percent(50);
    this.deaths = dice.percent(30);
    this.restarts = dice.percent(30);
  }

  /**
   * Runs one.
   *
   * @return how many events and effects there were
   * @throws Violation if a promise is broken, with the seed and what happened last
   */
  public static long run(long seed, StateMachine.Factory factory) {
    MemorySimulation simulation = new MemorySimulation(seed, factory);
    try {
      simulation.run();
    } catch (RuntimeException e) {
      throw new Violation("memory, seed " + seed + ": " + e + "\n" + simulation.trace, e);
    }
    return simulation.trace.count();
  }

  private void run() {
    int memoryMib = dice.between(100, 4_000);
    List<Build> builds = Workload.small(dice.split(), memoryMib);
    Estimates estimates = new WildEstimates(dice.split());
    int sampleMs = SAMPLES_MS[dice.below(SAMPLES_MS.length)];
    Ours ours = new Ours(core(), estimates, dice.percent(80), sampleMs);
    Machine machine = new Machine(cores, memoryMib, builds, ours);
    for (long steps = 0; machine.step(); steps++) {
      if (steps > STEPS_MAX) {
        throw new Violation("no end");
      }
      disturb(machine, ours);
    }
  }

  private StateMachine core() {
    return new MemoryCheckers(cores, factory.make(cores, Settings.DEFAULT), trace);
  }

  private void disturb(Machine machine, Ours ours) {
    if (strangers && dice.percent(2)) {
      machine.outsideMib = dice.below(machine.memoryMib);
    }
    if (deaths && dice.below(1_000) < 3) {
      machine.fail(machine.builds.get(dice.below(machine.builds.size())));
    }
    if (restarts && dice.below(1_000) < 3) {
      trace.add("RESTART");
      ours.restart(core(), machine);
    }
  }
}
