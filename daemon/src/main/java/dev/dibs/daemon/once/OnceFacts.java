package dev.dibs.daemon.once;

import java.util.List;

/**
 * A piece of work that somebody does, for those who look.
 *
 * @param name what the run is called
 * @param pid the runner's
 * @param sinceEpochMs since when it runs, ms since 1970; 0 if it doesn't yet
 * @param waiters those who wait for it, first come first
 */
public record OnceFacts(
    String name, Task task, State state, int pid, long sinceEpochMs, List<Waiter> waiters) {

  public OnceFacts {
    waiters = List.copyOf(waiters);
  }

  /** How it is with it. */
  public enum State {
    /** Its runner waits for the slot that it lent. */
    STARTING,
    RUNNING,
    /** Its runner was killed, and what that started is being ended. */
    ENDING
  }

  /**
   * Somebody who waits.
   *
   * @param sinceMs since when, on the loop's clock
   */
  public record Waiter(int pid, long sinceMs) {}
}
