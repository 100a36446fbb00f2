package dev.dibs.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A token file keeps its promises, and the checkers see when one does not. */
@NullMarked
class TokenSimulationTest {

  private static final int SEEDS = 10_000;
  private static final int CANARY_SEEDS_MAX = 2_000;

  @Test
  void promisesHoldForTenThousandSeeds() {
    long steps =
        LongStream.range(0, SEEDS)
            .parallel()
            .map(seed -> TokenSimulation.run(seed, TokenMachine::real))
            .sum();
    assertThat(steps).isGreaterThan(50L * SEEDS);
  }

  /** Here a script's child is killed whose write was taken just now. */
  @Test
  void scriptWhoseWriterIsKilledGoesOnOnce() {
    assertThat(TokenSimulation.run(2_109_927, TokenMachine::real)).isPositive();
  }

  /** Here a script's child is killed with the daemon, before its write was taken. */
  @Test
  void scriptWhoseWriterIsKilledWithTheDaemonGoesOn() {
    assertThat(TokenSimulation.run(2_023_404, TokenMachine::real)).isPositive();
  }

  @ParameterizedTest
  @EnumSource(TokenFault.class)
  void simulationFinds(TokenFault fault) {
    assertThat(LongStream.range(0, CANARY_SEEDS_MAX)).anyMatch(seed -> breaks(seed, fault));
  }

  private static boolean breaks(long seed, TokenFault fault) {
    try {
      TokenSimulation.run(seed, fault);
      return false;
    } catch (Violation seen) {
      return true;
    }
  }
}
