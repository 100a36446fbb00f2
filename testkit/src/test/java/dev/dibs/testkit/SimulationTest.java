package dev.dibs.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class SimulationTest {

  private static final int SEEDS = 10_000;
  private static final int FAIRNESS_SEEDS = 200;

  @Test
  void promisesHoldForTenThousandSeeds() {
    long steps =
        LongStream.range(0, SEEDS)
            .parallel()
            .map(seed -> Simulation.run(seed, StateMachine::real))
            .sum();
    assertThat(steps).isGreaterThan(50L * SEEDS);
  }

  /** Here one waits for a lock while slots are owed, and its own are lent when that is over. */
  @Test
  void aDebtThatWasPaidLetsNobodyGoOnWithoutASlot() {
    assertThat(Simulation.run(2_167_462, StateMachine::real)).isPositive();
  }

  @Test
  void buildsThatWantMoreGetTheirShares() {
    LongStream.range(0, FAIRNESS_SEEDS)
        .parallel()
        .forEach(seed -> FairnessTrial.run(seed, StateMachine::real));
  }

  @Test
  void seedRepeatsItself() {
    assertThat(failure(Fault.DROPS_ENDS)).isEqualTo(failure(Fault.DROPS_ENDS));
  }

  @Test
  void failureTellsTheSeedAndTheLastEvents() {
    assertThatThrownBy(() -> runUntilFailure(Fault.FORGETS_SURPLUS))
        .isInstanceOf(Violation.class)
        .hasMessageMatching("(?s)seed \\d+ at \\d+ ms: .*TokensSeen.*");
  }

  private static String failure(Fault fault) {
    try {
      runUntilFailure(fault);
      return "";
    } catch (Violation seen) {
      return String.valueOf(seen.getMessage());
    }
  }

  private static void runUntilFailure(Fault fault) {
    for (long seed = 0; seed < SEEDS; seed++) {
      Simulation.run(seed, fault);
    }
  }
}
