package dev.dibs.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.core.once.Once;
import dev.dibs.core.once.OnceEffect;
import dev.dibs.core.once.OnceEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Work is done once whatever clients do; and the simulation sees it when it is not. */
@NullMarked
class OnceSimulationTest {

  private static final int SEEDS = 500;
  private static final int SEEDS_OF_CANARIES = 50;

  /** Machines that break a promise. */
  enum Canary {
    /** Takes all work of a key for the same. */
    IGNORES_FINGERPRINTS {
      @Override
      OnceEvent distort(OnceEvent event) {
        return event instanceof OnceEvent.Asked a ? asked(a, "", a.maxAgeMs(), a.within()) : event;
      }
    },
    /** Shares what is a little too old. */
    SHARES_STALE_RESULTS {
      @Override
      OnceEvent distort(OnceEvent event) {
        return event instanceof OnceEvent.Asked a && a.maxAgeMs() > 0
            ? asked(a, a.fingerprint(), a.maxAgeMs() + 20, a.within())
            : event;
      }
    },
    /** Lets somebody wait for itself. */
    CLOSES_CIRCLES {
      @Override
      OnceEvent distort(OnceEvent event) {
        return event instanceof OnceEvent.Asked a
            ? asked(a, a.fingerprint(), a.maxAgeMs(), Set.of())
            : event;
      }
    },
    /** Keeps failures. */
    KEEPS_FAILURES {
      @Override
      OnceEvent distort(OnceEvent event) {
        return event instanceof OnceEvent.Reported r
            ? new OnceEvent.Reported(r.nowMs(), r.claim(), true, r.bytes())
            : event;
      }
    },
    /** Takes a dead runner's work for done. */
    LOSES_THE_WORK_OF_THE_DEAD {
      @Override
      OnceEvent distort(OnceEvent event) {
        return event instanceof OnceEvent.Ended e
            ? new OnceEvent.Reported(e.nowMs(), e.claim(), true, 0)
            : event;
      }
    },
    /** Forgets one of those who wait. */
    LOSES_A_SHARE {
      @Override
      List<OnceEffect> distort(List<OnceEffect> effects) {
        return effects.size() > 1 ? effects.subList(1, effects.size()) : effects;
      }
    },
    /** Never forgets. */
    KEEPS_RESULTS {
      @Override
      List<OnceEffect> distort(List<OnceEffect> effects) {
        return effects.stream().filter(effect -> !(effect instanceof OnceEffect.Forget)).toList();
      }
    },
    /** Forgets what is being read. */
    FORGETS_EARLY {
      @Override
      List<OnceEffect> distort(List<OnceEffect> effects) {
        List<OnceEffect> more = new ArrayList<>(effects);
        for (OnceEffect effect : effects) {
          if (effect instanceof OnceEffect.Share share) {
            more.add(new OnceEffect.Forget(share.result()));
          }
        }
        return more;
      }
    };

    OnceEvent distort(OnceEvent event) {
      return event;
    }

    List<OnceEffect> distort(List<OnceEffect> effects) {
      return effects;
    }

    Function<OnceEvent, List<OnceEffect>> machine() {
      Once once = new Once(Simulator.NO_LIMITS);
      return event -> distort(once.apply(distort(event)));
    }

    private static OnceEvent asked(
        OnceEvent.Asked a, String fingerprint, long maxAgeMs, Set<Long> within) {
      return new OnceEvent.Asked(
          a.nowMs(), a.claim(), a.key(), fingerprint, maxAgeMs, a.askingMs(), a.waits(), within);
    }
  }

  @Test
  void promisesAreKept() {
    for (long seed = 0; seed < SEEDS; seed++) {
      List<Once> machines = new ArrayList<>();
      OnceSimulation.run(
          seed,
          () -> {
            machines.add(new Once(Simulator.NO_LIMITS));
            return machines.getLast()::apply;
          });
      assertThat(machines.getLast().isInUse()).as("seed " + seed).isFalse();
      assertThat(machines.getLast().results()).as("seed " + seed).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Canary.class)
  void simulationFinds(Canary canary) {
    assertThat(LongStream.range(0, SEEDS_OF_CANARIES)).anyMatch(seed -> breaks(seed, canary));
  }

  private static boolean breaks(long seed, Canary canary) {
    try {
      OnceSimulation.run(seed, canary::machine);
      return false;
    } catch (Violation seen) {
      return true;
    }
  }
}
