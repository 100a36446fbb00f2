package dev.dibs.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checkers see: each planted fault is found within a bounded number of seeds. */
@NullMarked
class CanariesTest {

  private static final int SEEDS_MAX = 2_000;
  private static final int FAIRNESS_SEEDS_MAX = 40;

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"IGNORES_WEIGHTS", "STARVES_POLLERS"})
  void simulationFinds(Fault fault) {
    assertThat(LongStream.range(0, SEEDS_MAX)).anyMatch(seed -> breaksSimulation(seed, fault));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"IGNORES_WEIGHTS", "STARVES_POLLERS"})
  void fairnessTrialFinds(Fault fault) {
    assertThat(LongStream.range(0, FAIRNESS_SEEDS_MAX))
        .anyMatch(seed -> breaksFairness(seed, fault));
  }

  private static boolean breaksSimulation(long seed, Fault fault) {
    try {
      Simulation.run(seed, fault);
      return false;
    } catch (Violation seen) {
      return true;
    }
  }

  private static boolean breaksFairness(long seed, Fault fault) {
    try {
      FairnessTrial.run(seed, fault);
      return false;
    } catch (Violation seen) {
      return true;
    }
  }
}
