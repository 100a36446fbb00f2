package dev.dibs.testkit;

import dev.dibs.core.locks.Locks;
import dev.dibs.testkit.memory.MemorySimulation;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * Runs many seeds: {@code SimulateMain FIRST_SEED COUNT}, each for the pool, a token file, locks
 * and memory. Every hundredth also as a trial of fairness.
 */
public final class SimulateMain {

  private static final int PROGRESS_EVERY = 10_000;

  private static final int FAIRNESS_EVERY = 100;

  private SimulateMain() {}

  /**
   * Runs the seeds on all processors; progress on stderr, a summary on stdout.
   *
   * @param args first seed, number of seeds; exit status 1 if a seed failed, 2 for misuse
   */
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) {
    if (args.length != 2) {
      System.err.println("usage: SimulateMain FIRST_SEED COUNT");
      System.exit(2);
    }
    long first = Long.parseLong(args[0]);
    long count = Long.parseLong(args[1]);
    try {
      System.out.println(run(first, count));
    } catch (Violation e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static String run(long first, long count) {
    long startNs = System.nanoTime();
    AtomicLong done = new AtomicLong();
    long steps =
        LongStream.range(first, first + count)
            .parallel()
            .map(
                seed -> {
                  long happened =
                      Simulation.run(seed, StateMachine::real)
                          + TokenSimulation.run(seed, TokenMachine::real)
                          + LockSimulation.run(seed, () -> new Locks()::apply)
                          + MemorySimulation.run(seed, StateMachine::real);
                  if (seed % FAIRNESS_EVERY == 0) {
                    FairnessTrial.run(seed, StateMachine::real);
                  }
                  report(done.incrementAndGet(), count);
                  return happened;
                })
            .sum();
    double seconds = (System.nanoTime() - startNs) / 1e9;
    return "%d seeds from %d, %d events and effects, %.1f s, %.0f seeds/s: all promises kept"
        .formatted(count, first, steps, seconds, count / seconds);
  }

  private static void report(long done, long count) {
    if (done % PROGRESS_EVERY == 0) {
      System.err.printf("\r%d of %d seeds", done, count);
    }
  }
}
