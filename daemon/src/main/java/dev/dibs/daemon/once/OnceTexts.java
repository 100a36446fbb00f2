package dev.dibs.daemon.once;

import dev.dibs.core.once.OnceRefusal;
import dev.dibs.daemon.status.Homes;
import dev.dibs.daemon.status.WaitTexts;
import dev.dibs.protocol.Printable;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What people are told about work that is done once. */
final class OnceTexts {

  private static final int KEY_CHARACTERS_MAX = 100;
  private static final String HOME = System.getProperty("user.home", "");

  private final LongFunction<@Nullable OnceClaim> claims;

  OnceTexts(LongFunction<@Nullable OnceClaim> claims) {
    this.claims = claims;
  }

  /**
   * What somebody is told who waits.
   *
   * @param runner for whom; 0 if it only waits for its slot
   * @param others how many wait besides
   */
  String waiting(OnceClaim waiter, long runner, int others) {
    return "waiting for " + key(waiter) + ": " + blocked(waiter, runner) + WaitTexts.others(others);
  }

  private String blocked(OnceClaim waiter, long runner) {
    return waiter.phase() == OnceClaim.Phase.OWED
        ? "it is this one's turn; now for the slot that it lent"
        : who(runner);
  }

  /** What somebody is told whose time is up. */
  String timeout(OnceClaim waiter, long waitMs, long runner) {
    return "%s was not done in %s s: %s. Wait, end that, or pass a longer -w"
        .formatted(key(waiter), WaitTexts.seconds(waitMs), blocked(waiter, runner));
  }

  /** Why somebody gets nothing. */
  String refusal(OnceClaim asker, OnceRefusal why) {
    return switch (why) {
      case OnceRefusal.WouldWait busy ->
          key(asker) + " is not done: " + who(busy.runner()) + ". To wait for it leave out -n";
      case OnceRefusal.Other other -> other(asker, other.runner());
      case OnceRefusal.Cycle cycle -> cycle(asker, cycle);
    };
  }

  private String other(OnceClaim asker, long runner) {
    OnceClaim other = claims.apply(runner);
    if (other == null) {
      return key(asker) + " stands for other work that is being done now. Use another key";
    }
    Task theirs = other.task();
    Task ours = asker.task();
    boolean same =
        theirs.command().equals(ours.command()) && theirs.directory().equals(ours.directory());
    return "%s stands for other work that is being done now: %s; this is (%s) in %s%s. Use another key, or wait until that is done"
        .formatted(
            key(asker),
            who(runner),
            ours.command(),
            directory(ours),
            same ? ", with other values or names of --env" : "");
  }

  private String cycle(OnceClaim asker, OnceRefusal.Cycle cycle) {
    return "waiting for %s would never end: %s, and this is part of it. Leave the inner dibs once out"
        .formatted(
            key(asker),
            cycle.runners().stream()
                .map(this::who)
                .collect(Collectors.joining(", which waits for what is ")));
  }

  /** {@code run by pid 4711 (make docs) in ~/src/app since 14:02:11}. */
  private String who(long runner) {
    OnceClaim claim = claims.apply(runner);
    if (claim == null) {
      return "run by somebody";
    }
    String who =
        "run by pid %d (%s) in %s"
            .formatted(claim.pid(), claim.task().command(), directory(claim.task()));
    return switch (claim.phase()) {
      case ASKS, WAITS, OWED, READS -> who + ", who waits for a slot";
      case RUNS -> who + since(claim);
      case CLEARS -> who + since(claim) + ", which was killed; what it started is being ended";
    };
  }

  private static String since(OnceClaim claim) {
    return " since " + WaitTexts.time(claim.sinceEpochMs());
  }

  private static String directory(Task task) {
    return Homes.shorten(task.directory(), HOME);
  }

  private static String key(OnceClaim claim) {
    return "'" + Printable.of(claim.task().key(), KEY_CHARACTERS_MAX) + "'";
  }
}
