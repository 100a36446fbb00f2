package dev.dibs.systemtests;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions of the world outside, which tells nobody when it changes. */
final class Until {
  /** Far more than anything here takes, also on a busy machine. */
  static final Duration DEADLINE = Duration.ofSeconds(90);

  private static final long LOOK_EVERY_NS = 5_000_000;

  private Until() {}

  /**
   * Blocks until the condition holds.
   *
   * @throws AssertionError with the description when it does not within {@link #DEADLINE}
   */
  static void holds(String description, BooleanSupplier condition) {
    holds(() -> description, condition, DEADLINE);
  }

  /** As above, with a description made when it is needed and a deadline. */
  static void holds(Supplier<String> description, BooleanSupplier condition, Duration deadline) {
    if (!becomesTrue(condition, deadline)) {
      throw new AssertionError("not within " + deadline + ": " + description.get());
    }
  }

  /** Whether the condition comes to hold before the deadline; blocks until then at most. */
  static boolean becomesTrue(BooleanSupplier condition, Duration deadline) {
    long endNs = System.nanoTime() + deadline.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - endNs > 0) {
        return false;
      }
      LockSupport.parkNanos(LOOK_EVERY_NS);
    }
    return true;
  }
}
