package dev.dibs.testkit.memory;

import dev.dibs.core.Settings;
import dev.dibs.testkit.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The same builds under each policy, over many seeds: a table. */
public final class PolicyTrial {

  private static final int CORES = 16;
  private static final int MEMORY_MIB = 32 * 1024;
  private static final int BUILDS = 3;
  private static final int SAMPLE_MS = 500;
  private static final long STEPS_MAX = 200_000;

  /**
   * Who decides.
   *
   * @param name for people
   * @param make a fresh one
   */
  public record Entrant(String name, Supplier<Policy> make) {}

  /**
   * How it went, over all seeds.
   *
   * @param slowdown time until the last build was over, by the lower bound; only of seeds in which
   *     all builds succeeded, NaN if there is none
   * @param slowdownMax the worst
   * @param succeeded builds, of all
   * @param kernelKills jobs that the kernel killed, for each seed
   * @param seedsWithKills in how many seeds it did
   * @param kills jobs that the policy killed, for each seed
   * @param wasted processor time of killed jobs by that of all
   * @param longestWaitS a job between asking and its start, the longest of all, s
   * @param flips how often it changed its mind, for each seed
   */
  public record Result(
      String name,
      double slowdown,
      double slowdownMax,
      double succeeded,
      double kernelKills,
      int seedsWithKills,
      double kills,
      double wasted,
      double longestWaitS,
      double flips) {}

  private PolicyTrial() {}

  /** All that compete. */
  public static List<Entrant> entrants() {
    return List.of(
        new Entrant("make -j16 each", OwnJobs::new),
        new Entrant("one pool of 16", () -> new OnePool(0)),
        new Entrant("pool, gate at 2 GiB", () -> new OnePool(2 * 1024)),
        new Entrant("pool, gate at 6 GiB", () -> new OnePool(6 * 1024)),
        new Entrant("pool, kill newest, do again", KillNewest::new),
        new Entrant("dibs, jobs known", () -> ours(new KnownEstimates(), true)),
        new Entrant("dibs, kinds known", () -> ours(new ClassEstimates(), true)),
        new Entrant("dibs, bare makes", () -> ours(new KnownEstimates(), false)));
  }

  private static Policy ours(Estimates estimates, boolean shims) {
    return new Ours(StateMachine.real(CORES, Settings.DEFAULT), estimates, shims, SAMPLE_MS);
  }

  /** Runs one over so many seeds. */
  public static Result run(Entrant entrant, int seeds) {
    List<Machine> machines = new ArrayList<>();
    double slowdown = 0;
    double slowdownMax = 0;
    int complete = 0;
    int builds = 0;
    int withKills = 0;
    double wasted = 0;
    double flips = 0;
    for (int seed = 0; seed < seeds; seed++) {
      List<Build> all = Workload.large(seed, BUILDS, CORES);
      double least = Machine.lowerBoundMs(CORES, MEMORY_MIB, all);
      double work = all.stream().flatMap(b -> b.jobs().stream()).mapToInt(j -> j.durationMs).sum();
      Policy policy = entrant.make.get();
      Machine machine = new Machine(CORES, MEMORY_MIB, all, policy);
      machines.add(machine);
      toTheEnd(machine);
      int succeeded = (int) all.stream().filter(build -> !build.failed).count();
      builds += succeeded;
      if (succeeded == all.size()) {
        complete++;
        slowdown += machine.nowMs / least;
        slowdownMax = Math.max(slowdownMax, machine.nowMs / least);
      }
      withKills += machine.kernelKills > 0 ? 1 : 0;
      wasted += machine.wastedMs / work;
      flips += policy.flips();
    }
    return new Result(
        entrant.name,
        slowdown / complete,
        slowdownMax,
        builds,
        machines.stream().mapToInt(m -> m.kernelKills).average().orElse(0),
        withKills,
        machines.stream().mapToInt(m -> m.kills).average().orElse(0),
        wasted / seeds,
        machines.stream().mapToLong(m -> m.longestWaitMs).max().orElse(0) / 1000.0,
        flips / seeds);
  }

  private static void toTheEnd(Machine machine) {
    for (long steps = 0; machine.step(); steps++) {
      if (steps > STEPS_MAX) {
        throw new IllegalStateException("no end after " + machine.nowMs + " ms");
      }
    }
  }

  /**
   * Prints the table.
   *
   * @param args how many seeds, and a part of the name of those that compete
   */
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) {
    int seeds = args.length == 0 ? 100 : Integer.parseInt(args[0]);
    System.out.println(
        "policy                        time/bound  worst  builds   kernel kills (seeds)  kills  wasted"
            + "  longest wait  flips");
    for (Entrant entrant : entrants()) {
      if (args.length > 1 && !entrant.name.contains(args[1])) {
        continue;
      }
      Result r = run(entrant, seeds);
      System.out.printf(
          "%-29s %10.3f %6.2f %7.0f %10.1f %9d %8.1f %6.1f%% %10.0f s %8.1f%n",
          r.name,
          r.slowdown,
          r.slowdownMax,
          r.succeeded,
          r.kernelKills,
          r.seedsWithKills,
          r.kills,
          100 * r.wasted,
          r.longestWaitS,
          r.flips);
    }
  }
}
