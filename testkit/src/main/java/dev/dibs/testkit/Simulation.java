package dev.dibs.testkit;

import dev.dibs.core.PoolView;
import dev.dibs.core.Terms;

/**
 * One simulated machine with all that happens on it, from a seed: the same seed, the same
 * happenings. Makes and ninjas, scripts and jobs, greedy, faulty and dying ones come and go; the
 * pool changes its size, the daemon is killed. {@link Checkers} look after every step; at the end
 * everybody must have been served and everything be free.
 */
final class Simulation {

  private static final long END_MS = 10 * 60_000;

  /** How many commands of a hundred do their work under one lock. */
  private static final int LOCKERS = 15;

  private final long seed;
  private final Dice dice;
  private final Trace trace = new Trace();
  private final SimulatedWorld world;

  private Simulation(long seed, StateMachine.Factory factory) {
    this.seed = seed;
    this.dice = new Dice(seed);
    this.world = new SimulatedWorld(dice.split(), dice.between(1, 8), factory, trace);
  }

  /**
   * Runs one seed.
   *
   * @return how many events and effects there were
   * @throws Violation if a promise was broken; the message names the seed and tells the last events
   */
  static long run(long seed, StateMachine.Factory factory) {
    Simulation simulation = new Simulation(seed, factory);
    simulation.run();
    return simulation.trace.count();
  }

  private void run() {
    try {
      plan();
      while (world.agenda.step()) {
        world.checkProgress();
        if (world.agenda.nowMs() > END_MS) {
          throw new Violation("no end: " + world.host.view());
        }
      }
      checkEnd();
    } catch (Violation | IllegalStateException e) {
      throw new Violation(
          "seed %d at %d ms: %s%n%s".formatted(seed, world.agenda.nowMs(), e.getMessage(), trace),
          e);
    }
  }

  private void plan() {
    int commands = dice.between(1, 8);
    int overMs = dice.between(1, 200);
    for (int i = 0; i < commands; i++) {
      Dice own = dice.split();
      world.agenda.in(own.below(overMs), () -> arrive(own));
    }
    if (dice.percent(20)) {
      Dice own = dice.split();
      int times = own.between(1, 3);
      for (int i = 0; i < times; i++) {
        world.agenda.in(own.below(300), () -> world.host.resize(own.between(1, 8)));
      }
    }
    if (dice.percent(15)) {
      world.agenda.in(dice.below(300), world.host::restart);
    }
  }

  private void arrive(Dice own) {
    if (own.percent(15)) {
      int slots = own.between(1, 6);
      Terms terms = Terms.job().withSlots(own.between(1, slots), slots);
      SimulatedJob job = new SimulatedJob(world, own.between(1, 100), done -> {});
      job.ask(world.patience(terms, own), null, false);
      job.mayDie(own);
    } else {
      Habits habits = Habits.random(own, 0);
      SimulatedCommand command = new SimulatedCommand(world, own, habits, null);
      if (own.percent(LOCKERS)) {
        command.locks();
      }
      command.ask(world.terms(habits, own));
      command.mayGiveUp();
    }
  }

  private void checkEnd() {
    PoolView view = world.host.view();
    if (world.living > 0) {
      throw new Violation(world.living + " processes wait for ever: " + view);
    }
    boolean empty = view.parties().isEmpty() && view.members().isEmpty();
    if (!empty || view.free() != world.host.size()) {
      throw new Violation("not all is free at the end: " + view);
    }
  }
}
