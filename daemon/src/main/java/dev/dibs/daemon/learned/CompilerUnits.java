package dev.dibs.daemon.learned;

import dev.dibs.core.history.CompilerCall;
import dev.dibs.core.history.Ending;
import dev.dibs.core.history.JobKey;
import dev.dibs.core.history.Sample;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The compilers and linkers below builds that say nothing of their jobs. One of them and all that
 * it starts (cc1plus below g++) is one job; how it ends nobody sees. Which process is one is looked
 * up once for each, for a command line costs more than a look at memory; and once more at the
 * second look, for a shell often becomes the compiler that it was to start.
 *
 * <p>Not safe for threads.
 */
public final class CompilerUnits {

  /** A compiler has fewer processes above those that it started. */
  private static final int DEPTH_MAX = 64;

  /** Who is seen less often says too little. */
  private static final int LOOKS_MIN = 2;

  /**
   * A process as it is now.
   *
   * @param startTicks when it started: with the pid it names one process for good
   * @param mib memory in use, MiB
   */
  public record Seen(int pid, int parent, long startTicks, int mib) {}

  /** One compiler with all that it started. */
  private static final class Unit {
    final JobKey key;
    final long sinceMs;
    long lastMs;
    int looks;
    int nowMib;
    int peakMib;

    Unit(JobKey key, long sinceMs) {
      this.key = key;
      this.sinceMs = sinceMs;
    }

    void looked(long nowMs) {
      looks++;
      lastMs = nowMs;
      peakMib = Math.max(peakMib, nowMib);
      nowMib = 0;
    }

    Sample sample() {
      return new Sample(peakMib, lastMs - sinceMs, Ending.UNKNOWN);
    }
  }

  private record Known(long startTicks, int looks, @Nullable Unit unit) {}

  private final IntFunction<List<String>> commandLine;
  private final BiConsumer<JobKey, Sample> learned;
  private Map<Integer, Known> known = new HashMap<>();

  /**
   * @param commandLine that of a process; empty if it has gone
   * @param learned is told each job that is over
   */
  public CompilerUnits(IntFunction<List<String>> commandLine, BiConsumer<JobKey, Sample> learned) {
    this.commandLine = commandLine;
    this.learned = learned;
  }

  /**
   * Looks at all processes of such builds.
   *
   * @param processes each with its parent, if that is among them, somewhere
   */
  public void looked(long nowMs, Collection<Seen> processes) {
    Map<Integer, Seen> byPid =
        processes.stream().collect(Collectors.toMap(Seen::pid, seen -> seen, (a, b) -> b));
    Map<Integer, Known> before = known;
    known = new HashMap<>();
    Set<Unit> alive = new HashSet<>();
    for (Seen seen : byPid.values()) {
      @Nullable Unit unit = place(seen, byPid, before, nowMs, 0).unit;
      if (unit != null) {
        unit.nowMib += seen.mib;
        alive.add(unit);
      }
    }
    alive.forEach(unit -> unit.looked(nowMs));
    before.values().stream()
        .map(Known::unit)
        .distinct()
        .filter(unit -> unit != null && !alive.contains(unit) && unit.looks >= LOOKS_MIN)
        .forEach(unit -> learned.accept(unit.key, unit.sample()));
  }

  /** Its parent's place comes first: what a compiler started is the compiler's. */
  private Known place(
      Seen seen, Map<Integer, Seen> byPid, Map<Integer, Known> before, long nowMs, int depth) {
    Known done = known.get(seen.pid);
    if (done != null) {
      return done;
    }
    @Nullable Known earlier = before.get(seen.pid);
    int looks = earlier != null && earlier.startTicks == seen.startTicks ? earlier.looks + 1 : 1;
    known.put(seen.pid, new Known(seen.startTicks, looks, null)); // whatever /proc says, no circle
    @Nullable Seen parent = byPid.get(seen.parent);
    @Nullable Unit unit =
        parent == null || depth == DEPTH_MAX
            ? null
            : place(parent, byPid, before, nowMs, depth + 1).unit;
    if (unit == null && earlier != null && looks > 1) {
      unit = earlier.unit;
    }
    if (unit == null && looks <= LOOKS_MIN) {
      unit = started(seen.pid, nowMs);
    }
    Known placed = new Known(seen.startTicks, looks, unit);
    known.put(seen.pid, placed);
    return placed;
  }

  private @Nullable Unit started(int pid, long nowMs) {
    return CompilerCall.of(commandLine.apply(pid)).map(key -> new Unit(key, nowMs)).orElse(null);
  }
}
