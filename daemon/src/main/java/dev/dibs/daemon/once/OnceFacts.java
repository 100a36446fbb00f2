package dev.dibs.daemon.once;

import dev.dibs.core.once.Once;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** All of it, in the order in which it was asked for. */
  static List<OnceFacts> of(Map<Long, OnceClaim> claims, Once core) {
    Map<Long, List<Waiter>> waiters = new LinkedHashMap<>();
    for (OnceClaim claim : claims.values()) {
      if (claim.isRunner()) {
        waiters.putIfAbsent(claim.id(), new ArrayList<>());
      }
      core.awaited(claim.id())
          .ifPresent(
              runner ->
                  waiters
                      .computeIfAbsent(runner, id -> new ArrayList<>())
                      .add(new Waiter(claim.pid(), claim.sinceMs())));
    }
    List<OnceFacts> facts = new ArrayList<>();
    waiters.forEach(
        (id, those) -> Optional.ofNullable(claims.get(id)).ifPresent(c -> facts.add(of(c, those))));
    return facts;
  }

  private static OnceFacts of(OnceClaim runner, List<Waiter> waiters) {
    return new OnceFacts(
        runner.name(),
        runner.task(),
        switch (runner.phase()) {
          case ASKS, WAITS, OWED, READS -> State.STARTING;
          case RUNS -> State.RUNNING;
          case CLEARS -> State.ENDING;
        },
        runner.pid(),
        runner.isRunner() ? runner.sinceEpochMs() : 0,
        waiters);
  }
}
