package dev.dibs.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * Runs many seeds: {@code SimulateMain FIRST_SEED COUNT [SIMULATOR...]}. Where no {@link Simulator}
 * is named, each seed is for all of them, and every hundredth for the costly trial of fairness.
 */
public final class SimulateMain {

  private static final int PROGRESS_EVERY = 10_000;

  private static final int FAIRNESS_EVERY = 100;

  /** How many are told. */
  private static final int FAILURES_MAX = 20;

  private final List<Simulator> simulators;
  private final boolean all;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  private SimulateMain(List<Simulator> simulators) {
    this.all = simulators.isEmpty();
    this.simulators = all ? List.of(Simulator.values()) : simulators;
  }

  /**
   * Runs the seeds on all processors, those behind a failure too; progress and failures on stderr,
   * a summary on stdout.
   *
   * @param args first seed, number of seeds, simulators; exit status 1 if a seed failed, 2 for
   *     misuse
   */
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) {
    try {
      long first = Long.parseLong(args[0]);
      long count = Long.parseLong(args[1]);
      List<Simulator> wanted = Arrays.stream(args).skip(2).map(Simulator::of).toList();
      System.exit(new SimulateMain(wanted).run(first, count) ? 0 : 1);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException misuse) {
      System.err.println("usage: SimulateMain FIRST_SEED COUNT [" + Simulator.words() + "]...");
      System.exit(2);
    }
  }

  @SuppressWarnings("SystemOut")
  private boolean run(long first, long count) {
    long startNs = System.nanoTime();
    long steps =
        LongStream.range(first, first + count).parallel().map(seed -> runAll(seed, count)).sum();
    double seconds = (System.nanoTime() - startNs) / 1e9;
    failures.forEach(System.err::println);
    System.out.printf(
        "%d seeds from %d, %d events and effects, %.1f s, %.0f seeds/s: %s%n",
        count,
        first,
        steps,
        seconds,
        count / seconds,
        failures.isEmpty() ? "all promises kept" : failed + " FAILED");
    return failures.isEmpty();
  }

  private long runAll(long seed, long count) {
    long steps = 0;
    for (Simulator simulator : simulators) {
      if (!all || simulator != Simulator.FAIRNESS || seed % FAIRNESS_EVERY == 0) {
        steps += runOne(seed, simulator);
      }
    }
    report(done.incrementAndGet(), count);
    return steps;
  }

  private long runOne(long seed, Simulator simulator) {
    try {
      return simulator.run(seed);
    } catch (Violation failure) {
      if (failed.incrementAndGet() <= FAILURES_MAX) {
        failures.add(String.valueOf(failure.getMessage()));
      }
      return 0;
    }
  }

  @SuppressWarnings("SystemOut")
  private static void report(long done, long count) {
    if (done % PROGRESS_EVERY == 0) {
      System.err.printf("\r%d of %d seeds", done, count);
    }
  }
}
