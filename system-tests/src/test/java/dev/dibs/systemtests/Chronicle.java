package dev.dibs.systemtests;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What happened when, on the clocks of all that tell of it: ms since the beginning for people, ns
 * as the log of what was counted has them, and the time of day as the daemon's log has it.
 */
final class Chronicle {
  private static final Duration BEFORE = Duration.ofSeconds(2);
  private static final Duration AFTER = Duration.ofMillis(500);

  private record Entry(Instant at, String line) {}

  private final long beganNs = System.nanoTime();
  private final Instant began = Instant.now();
  private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();

  void note(String event) {
    long nowNs = System.nanoTime();
    entries.add(new Entry(timeOfDay(nowNs), line(nowNs, event)));
  }

  List<String> lines() {
    return entries.stream().map(Entry::line).toList();
  }

  /** An excess, amid what happened and what the daemon logged shortly before and after it. */
  String tell(Excess excess, String daemonLog) {
    Instant at = timeOfDay(excess.atNs());
    Stream<Entry> logged = daemonLog.lines().flatMap(line -> logged(line).stream());
    Stream<Entry> self = Stream.of(new Entry(at, line(excess.atNs(), "RAN: " + excess.crowd())));
    return Stream.of(entries.stream(), logged, self)
        .flatMap(all -> all)
        .filter(e -> e.at.isAfter(at.minus(BEFORE)) && e.at.isBefore(at.plus(AFTER)))
        .sorted(Comparator.comparing(Entry::at))
        .map(Entry::line)
        .collect(Collectors.joining("\n"));
  }

  /** A line that begins with the time; none if this one does not. */
  private static Optional<Entry> logged(String line) {
    try {
      Instant at = Instant.parse(line.substring(0, Math.max(0, line.indexOf(' '))));
      return Optional.of(new Entry(at, "  daemon " + line));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private String line(long atNs, String event) {
    return "%8d %d %s %s".formatted((atNs - beganNs) / 1_000_000, atNs, timeOfDay(atNs), event);
  }

  private Instant timeOfDay(long atNs) {
    return began.plusNanos(atNs - beganNs);
  }
}
