package dev.dibs.testkit;

import dev.dibs.core.once.Once;
import dev.dibs.core.once.OnceLimits;
import dev.dibs.testkit.memory.MemorySimulation;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The simulations that there are, each over the real thing. */
enum Simulator {
  POOL {
    @Override
    long run(long seed) {
      return Simulation.run(seed, StateMachine::real);
    }
  },
  TOKENS {
    @Override
    long run(long seed) {
      return TokenSimulation.run(seed, TokenMachine::real);
    }
  },
  LOCKS {
    @Override
    long run(long seed) {
      return LockSimulation.run(seed, ComparedLocks::new);
    }
  },
  ONCE {
    @Override
    long run(long seed) {
      return OnceSimulation.run(seed, () -> new Once(NO_LIMITS)::apply);
    }
  },
  MEMORY {
    @Override
    long run(long seed) {
      return MemorySimulation.run(seed, StateMachine::real);
    }
  },
  FAIRNESS {
    @Override
    long run(long seed) {
      return FairnessTrial.run(seed, StateMachine::real);
    }
  };

  /** Those of work done once, which nobody reaches. */
  static final OnceLimits NO_LIMITS =
      new OnceLimits(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

  /**
   * Runs one seed.
   *
   * @return how many events and effects there were
   * @throws Violation if a promise was broken; the message names the seed and tells the last events
   */
  abstract long run(long seed);

  /**
   * The one that a person calls so.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Simulator of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** What people call them, for a line on how to use them. */
  static String words() {
    return Arrays.stream(values())
        .map(simulator -> simulator.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining("|"));
  }
}
