package dev.dibs.testkit.memory;

import dev.dibs.testkit.StateMachine;
import java.util.stream.LongStream;

/** Runs many seeds of {@link MemorySimulation} alone: {@code SimulateMemory FIRST_SEED COUNT}. */
public final class SimulateMemory {

  private SimulateMemory() {}

  /**
   * Runs them on all processors; a summary on stdout.
   *
   * @param args first seed, number of seeds
   */
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) {
    long first = Long.parseLong(args[0]);
    long count = Long.parseLong(args[1]);
    long steps =
        LongStream.range(first, first + count)
            .parallel()
            .map(seed -> MemorySimulation.run(seed, StateMachine::real))
            .sum();
    System.out.println(
        count + " seeds from " + first + ", " + steps + " events and effects: all promises kept");
  }
}
