package dev.dibs.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A failure can be repeated from its seed: nothing in a simulation hangs on anything else. */
@NullMarked
class SimulatorTest {

  private static final int SEEDS = 100;
  private static final int SEEDS_OF_FAIRNESS = 3;

  @ParameterizedTest
  @EnumSource(Simulator.class)
  void seedRepeatsItself(Simulator simulator) {
    int seeds = simulator == Simulator.FAIRNESS ? SEEDS_OF_FAIRNESS : SEEDS;
    for (long seed = 0; seed < seeds; seed++) {
      assertThat(simulator.run(seed)).as("seed " + seed).isEqualTo(simulator.run(seed));
    }
  }
}
