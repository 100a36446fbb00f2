package dev.dibs.testkit;

import dev.dibs.core.PoolView;
import dev.dibs.core.Terms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds that always want more than they have, for so long that the pool must have come to an even
 * keel: then each must hold its share by weight, give or take one slot. Who polls counts as who
 * blocks. After that, a job of many slots must get them.
 */
final class FairnessTrial {

  /** Tasks that a build may finish until it must hold its share. */
  private static final int WARM_UP_TASKS = 400;

  private static final long END_MS = 5 * 60_000;

  private static final int MEASURED_MS = 2_000;

  private static final int GATHERED_MS = 20_000;

  private static final double TOLERANCE = 1.05;

  private record Build(SimulatedCommand command, Habits habits, int weight) {
    @Override
    public String toString() {
      return habits.style() + " of weight " + weight;
    }
  }

  private final Dice dice;
  private final Trace trace = new Trace();
  private final int size;
  private final SimulatedWorld world;
  private final List<Build> builds = new ArrayList<>();

  private FairnessTrial(long seed, StateMachine.Factory factory) {
    this.dice = new Dice(~seed);
    this.size = dice.between(4, 16);
    this.world = new SimulatedWorld(dice.split(), size, factory, trace);
  }

  /**
   * Runs one seed.
   *
   * @return how many events and effects there were
   * @throws Violation if a promise was broken or a build had more or less than its share
   */
  static long run(long seed, StateMachine.Factory factory) {
    FairnessTrial trial = new FairnessTrial(seed, factory);
    try {
      trial.run();
    } catch (Violation e) {
      throw new Violation(
          "fairness, seed %d: %s%n%s".formatted(seed, e.getMessage(), trial.trace), e);
    }
    return trial.trace.count();
  }

  private void run() {
    int count = dice.between(2, 4);
    for (int i = 0; i < count; i++) {
      Dice own = dice.split();
      world.agenda.in(own.below(500), () -> start(own));
    }
    while (builds.size() < count || !isWarm()) {
      step();
    }
    checkShares(measure(), shares());
    checkGathering();
  }

  private void checkShares(double[] held, int[] shares) {
    for (int i = 0; i < shares.length; i++) {
      if (Math.abs(held[i] - shares[i]) > TOLERANCE) {
        throw new Violation(
            "shares of %d: %s held, %s due, by %s"
                .formatted(size, Arrays.toString(held), Arrays.toString(shares), builds));
      }
    }
  }

  /** A job that wants all but the builds' own first slots gets them. */
  private void checkGathering() {
    int slots = size - builds.size();
    if (slots > 0) {
      SimulatedJob job = new SimulatedJob(world, 1, done -> {});
      job.ask(Terms.job().withSlots(slots, slots), null, false);
      long endMs = world.agenda.nowMs() + GATHERED_MS;
      while (!job.isWorking() && world.agenda.nowMs() < endMs) {
        step();
      }
      if (!job.isWorking()) {
        throw new Violation("a job of %d slots starves: %s".formatted(slots, world.host.view()));
      }
    }
  }

  private void step() {
    if (!world.agenda.step() || world.agenda.nowMs() > END_MS) {
      throw new Violation("no even keel: " + world.host.view());
    }
  }

  private void start(Dice own) {
    Habits.Style style = own.percent(50) ? Habits.Style.EAGER : Habits.Style.POLLER;
    int weight = own.percent(60) ? Terms.WEIGHT_USUAL : own.between(1, 4) * 50;
    Habits habits = Habits.endless(style, own.between(10, 60), own.between(0, 90));
    SimulatedCommand command = new SimulatedCommand(world, own, habits, null);
    command.ask(Terms.run().withWeight(weight));
    builds.add(new Build(command, habits, weight));
  }

  private boolean isWarm() {
    return builds.stream().allMatch(b -> b.command.tasksDone() >= WARM_UP_TASKS);
  }

  /** What each holds on average. */
  private double[] measure() {
    double[] sums = new double[builds.size()];
    long endMs = world.agenda.nowMs() + MEASURED_MS;
    long lastMs = world.agenda.nowMs();
    while (lastMs < endMs) {
      PoolView view = world.host.view();
      step();
      long passed = world.agenda.nowMs() - lastMs;
      lastMs += passed;
      for (int i = 0; i < sums.length; i++) {
        sums[i] += passed * (double) heldBy(builds.get(i), view);
      }
    }
    long allMs = MEASURED_MS + lastMs - endMs;
    return Arrays.stream(sums).map(sum -> sum / allMs).toArray();
  }

  private static int heldBy(Build build, PoolView view) {
    return view.parties().stream()
        .filter(p -> p.id() == build.command.claim().id)
        .mapToInt(PoolView.PartyView::held)
        .sum();
  }

  /** Shares by weight: one for each, then slot by slot to who holds least by weight with it. */
  private int[] shares() {
    int[] shares = new int[builds.size()];
    Arrays.fill(shares, 1);
    for (int slot = shares.length; slot < size; slot++) {
      shares[poorest(shares)]++;
    }
    return shares;
  }

  private int poorest(int[] shares) {
    int poorest = 0;
    for (int i = 1; i < shares.length; i++) {
      long mine = (shares[i] + 1L) * builds.get(poorest).weight;
      long others = (shares[poorest] + 1L) * builds.get(i).weight;
      poorest = mine < others ? i : poorest;
    }
    return poorest;
  }
}
