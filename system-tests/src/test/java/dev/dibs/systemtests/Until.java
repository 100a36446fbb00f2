package dev.dibs.systemtests;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions of the world outside, which tells nobody when it changes. */
final class Until {
  /** Far more than anything here takes, also on a busy machine. */
  static final Duration DEADLINE = Duration.ofSeconds(90);

  /** A look may start a program, so the pause before the next is a part of the time waited. */
  private static final long PAUSE_NS_MIN = 5_000_000;

  private static final long PAUSE_NS_MAX = 50_000_000;
  private static final int PAUSE_PART = 16;

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
    long beganNs = System.nanoTime();
    while (!condition.getAsBoolean()) {
      long waitedNs = System.nanoTime() - beganNs;
      if (waitedNs > deadline.toNanos()) {
        return false;
      }
      LockSupport.parkNanos(Math.clamp(waitedNs / PAUSE_PART, PAUSE_NS_MIN, PAUSE_NS_MAX));
    }
    return true;
  }
}
