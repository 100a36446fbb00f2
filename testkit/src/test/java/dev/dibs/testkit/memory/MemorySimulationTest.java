package dev.dibs.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.core.Effect;
import dev.dibs.core.Settings;
import dev.dibs.testkit.Dice;
import dev.dibs.testkit.StateMachine;
import dev.dibs.testkit.Violation;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class MemorySimulationTest {

  private static final int SEEDS = 2_000;

  @Test
  void promisesHoldForTwoThousandSeeds() {
    long steps =
        LongStream.range(0, SEEDS)
            .parallel()
            .map(seed -> MemorySimulation.run(seed, StateMachine::real))
            .sum();
    assertThat(steps).isGreaterThan(100L * SEEDS);
  }

  /** An event came between two looks just when the core might have changed its mind again. */
  @ParameterizedTest
  @ValueSource(longs = {8_733, 38_111, 56_374})
  void seedThatFailedOnceHolds(long seed) {
    assertThat(MemorySimulation.run(seed, StateMachine::real)).isPositive();
  }

  @ParameterizedTest
  @EnumSource(MemoryFault.class)
  void plantedFaultIsFound(MemoryFault fault) {
    assertThat(LongStream.range(0, SEEDS)).anyMatch(seed -> isFound(seed, fault));
  }

  private static boolean isFound(long seed, StateMachine.Factory fault) {
    try {
      MemorySimulation.run(seed, fault);
      return false;
    } catch (Violation seen) {
      return true;
    }
  }

  @Test
  void allThatCanHappenDoesHappen() {
    Map<Class<?>, Long> effects = new ConcurrentHashMap<>();
    LongStream.range(0, 500).forEach(seed -> MemorySimulation.run(seed, counting(effects)));
    assertThat(effects)
        .containsKeys(
            Effect.Grant.class, Effect.Put.class, Effect.Drain.class, Effect.Rescue.class);
    assertThat(effects.get(Effect.Rescue.class)).isGreaterThan(20);
  }

  private static StateMachine.Factory counting(Map<Class<?>, Long> effects) {
    return (size, settings) -> new CountingMachine(StateMachine.real(size, settings), effects);
  }

  @Test
  void eachPolicyThatRetriesFinishesAllBuilds() {
    int memoryMib = 1_000;
    for (Policy policy :
        new Policy[] {
          new KillNewest(),
          new Ours(StateMachine.real(4, Settings.DEFAULT), new ClassEstimates(), true, 500)
        }) {
      Machine machine = new Machine(4, memoryMib, Workload.small(new Dice(7), memoryMib), policy);
      while (machine.step()) {
        assertThat(machine.nowMs).isLessThan(1_000_000);
      }
      assertThat(machine.builds).noneMatch(build -> build.failed);
    }
  }
}
