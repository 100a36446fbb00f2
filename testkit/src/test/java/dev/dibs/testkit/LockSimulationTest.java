package dev.dibs.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.core.locks.LockEffect;
import dev.dibs.core.locks.LockEvent;
import dev.dibs.core.locks.Locks;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Locks keep their promises whatever clients do; and the simulation sees it when they don't. */
@NullMarked
class LockSimulationTest {

  private static final int SEEDS = 2_000;
  private static final int SEEDS_OF_CANARIES = 600;

  @Test
  void promisesAreKeptAndRulesFollowed() {
    long happened =
        LongStream.range(0, SEEDS)
            .parallel()
            .map(seed -> LockSimulation.run(seed, ComparedLocks::new))
            .sum();
    assertThat(happened).isGreaterThan(100L * SEEDS);
  }

  /** Here one asks below a claim that waits, and after a restart below what that one holds. */
  @Test
  void whoAskedBelowAWaiterIsWithinItAfterARestart() {
    assertThat(LockSimulation.run(115_803, ComparedLocks::new)).isPositive();
  }

  /** Here a claim of three names overtakes one of a single name, as its right is by then. */
  @Test
  void whoWasPassedTooOftenOvertakes() {
    assertThat(LockSimulation.run(2_103_769, ComparedLocks::new)).isPositive();
  }

  @Test
  void whenAllEndedNothingIsLeft() {
    for (long seed = 0; seed < SEEDS_OF_CANARIES / 2; seed++) {
      List<Locks> started = new ArrayList<>();
      LockSimulation.run(
          seed,
          () -> {
            started.add(new Locks());
            return started.getLast()::apply;
          });
      assertThat(started.getLast().names()).as("seed " + seed).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(LockFault.class)
  void simulationFinds(LockFault fault) {
    assertThat(LongStream.range(0, SEEDS_OF_CANARIES)).anyMatch(seed -> breaks(seed, fault));
  }

  /** The canary of who comes next: whoever is the first in line for anything that one holds. */
  @Test
  void simulationFindsAWrongHeir() {
    assertThat(LongStream.range(0, SEEDS_OF_CANARIES))
        .anyMatch(
            seed -> breaks(seed, () -> new ComparedLocks(LockSimulationTest::firstInAnyLine)));
  }

  private static long firstInAnyLine(Locks locks, long holder) {
    return locks.names().stream()
        .filter(name -> locks.holders(name).contains(holder))
        .flatMap(name -> locks.waiters(name).stream())
        .findFirst()
        .orElse(Locks.NOBODY);
  }

  private static boolean breaks(long seed, LockFault fault) {
    return breaks(seed, fault::locks);
  }

  private static boolean breaks(long seed, Supplier<Function<LockEvent, List<LockEffect>>> starts) {
    try {
      LockSimulation.run(seed, starts);
      return false;
    } catch (Violation seen) {
      return true;
    }
  }
}
