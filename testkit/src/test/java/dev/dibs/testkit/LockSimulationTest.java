package dev.dibs.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.core.locks.LockEffect;
import dev.dibs.core.locks.LockEvent;
import dev.dibs.core.locks.LockMode;
import dev.dibs.core.locks.Locks;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Locks keep their promises whatever clients do; and the simulation sees it when they don't. */
@NullMarked
class LockSimulationTest {

  private static final int SEEDS = 2_000;
  private static final int SEEDS_OF_CANARIES = 50;

  /** Locks that break a promise. */
  enum Canary {
    /** Takes all for shared. */
    SHARES_EXCLUSIVE {
      @Override
      LockEvent distort(LockEvent event) {
        return event instanceof LockEvent.Requested r
            ? new LockEvent.Requested(r.holder(), r.name(), LockMode.SHARED, r.waits())
            : event;
      }
    },
    /** Takes all for exclusive. */
    SHARES_NOTHING {
      @Override
      LockEvent distort(LockEvent event) {
        return event instanceof LockEvent.Requested r
            ? new LockEvent.Requested(r.holder(), r.name(), LockMode.EXCLUSIVE, r.waits())
            : event;
      }
    },
    /** Has everybody wait. */
    WAITS_UNASKED {
      @Override
      LockEvent distort(LockEvent event) {
        return event instanceof LockEvent.Requested r
            ? new LockEvent.Requested(r.holder(), r.name(), r.mode(), true)
            : event;
      }
    },
    /** Forgets the second of several grants. */
    LOSES_A_GRANT {
      @Override
      List<LockEffect> distort(List<LockEffect> effects) {
        return effects.size() > 1 ? effects.subList(0, 1) : effects;
      }
    },
    /** Grants in the wrong order. */
    OVERTAKES {
      @Override
      List<LockEffect> distort(List<LockEffect> effects) {
        return effects.reversed();
      }
    };

    LockEvent distort(LockEvent event) {
      return event;
    }

    List<LockEffect> distort(List<LockEffect> effects) {
      return effects;
    }

    Function<LockEvent, List<LockEffect>> locks() {
      Locks locks = new Locks();
      return event -> distort(locks.apply(distort(event)));
    }
  }

  @Test
  void promisesAreKept() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Locks locks = new Locks();
      LockSimulation.run(seed, locks::apply);
      assertThat(locks.names()).as("seed " + seed).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Canary.class)
  void simulationFinds(Canary canary) {
    assertThat(LongStream.range(0, SEEDS_OF_CANARIES)).anyMatch(seed -> breaks(seed, canary));
  }

  private static boolean breaks(long seed, Canary canary) {
    try {
      LockSimulation.run(seed, canary.locks());
      return false;
    } catch (Violation seen) {
      return true;
    }
  }
}
