package dev.dibs.daemon;

import dev.dibs.core.once.OnceRefusal;
import dev.dibs.daemon.once.Task;
import dev.dibs.daemon.status.Homes;
import dev.dibs.protocol.Printable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What people are told about work that is done once. */
final class OnceTexts {

  private static final DateTimeFormatter TODAY =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter EARLIER =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private static final int KEY_CHARACTERS_MAX = 100;
  private static final double SECOND_MS = 1_000;
  private static final String HOME = System.getProperty("user.home", "");

  private final LongFunction<@Nullable OnceClaim> claims;

  OnceTexts(LongFunction<@Nullable OnceClaim> claims) {
    this.claims = claims;
  }

  /** What somebody is told who waits, with so many others. */
  String waiting(OnceClaim waiter, long runner, int others) {
    return "waiting for " + key(waiter) + ": " + who(runner) + others(others);
  }

  private static String others(int count) {
    return switch (count) {
      case 0 -> "";
      case 1 -> ", 1 other waiting";
      default -> ", " + count + " others waiting";
    };
  }

  /** What somebody is told whose time is up. */
  String timeout(OnceClaim waiter, long waitMs, long runner) {
    double seconds = waitMs / SECOND_MS;
    String time =
        seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
    return "%s was not done in %s s: %s. Wait, end that, or pass a longer -w"
        .formatted(key(waiter), time, who(runner));
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
    String text =
        "run by pid %d (%s) in %s since %s"
            .formatted(
                claim.pid(),
                claim.task().command(),
                directory(claim.task()),
                time(claim.sinceEpochMs()));
    return claim.phase() == OnceClaim.Phase.CLEARS
        ? text + ", which was killed; what it started is being ended"
        : text;
  }

  private static String directory(Task task) {
    return Homes.shorten(task.directory(), HOME);
  }

  private static String key(OnceClaim claim) {
    return "'" + Printable.of(claim.task().key(), KEY_CHARACTERS_MAX) + "'";
  }

  private static String time(long epochMs) {
    ZonedDateTime time = Instant.ofEpochMilli(epochMs).atZone(ZoneId.systemDefault());
    return time.format(
        time.toLocalDate().equals(LocalDate.now(ZoneId.systemDefault())) ? TODAY : EARLIER);
  }
}
