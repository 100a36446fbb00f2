package dev.dibs.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulationTest {

  private static final long SEEDS = 10_000;

  @Test
  void allPromisesAreKeptWhateverHappens() {
    long happened =
        LongStream.range(0, SEEDS)
            .parallel()
            .map(seed -> Simulation.run(seed, StateMachine::real))
            .sum();
    assertThat(happened).as("events and effects").isGreaterThan(50 * SEEDS);
  }

  @Test
  void theSameSeedIsTheSameStory() {
    for (long seed = 0; seed < 100; seed++) {
      assertThat(Simulation.run(seed, StateMachine::real))
          .isEqualTo(Simulation.run(seed, StateMachine::real));
    }
  }
}
