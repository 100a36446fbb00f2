package dev.dibs.daemon.learned;

import dev.dibs.core.history.CompilerCall;
import dev.dibs.core.history.JobKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The compilers and linkers below builds that say nothing of their jobs: one of them and all that
 * it starts (cc1plus below g++) is one job, known by the same key as if it had said so.
 *
 * <p>A command line is read only of a process whose name may be a compiler's, when it is new or has
 * another name than before; and once more at the next look, for a script of that name may have
 * become the compiler meanwhile.
 *
 * <p>Not safe for threads.
 */
public final class CompilerUnits {

  /** A compiler has fewer processes above those that it started. */
  private static final int DEPTH_MAX = 64;

  /** How often a process's command line is read under one name. */
  private static final int READS_MAX = 2;

  /** So many are told apart at once: each is held by a descriptor. */
  private static final int UNITS_MAX = 256;

  /**
   * A process of a run.
   *
   * @param claim the run's number
   * @param name its program's, as the kernel keeps it
   * @param startTicks when it started, since boot: with the pid it names one process for good
   * @param mib memory in use, MiB
   */
  public record Seen(long claim, int pid, int parent, String name, long startTicks, int mib) {}

  /** A process as it was at the last look. */
  private record Known(long startTicks, String name, int reads, @Nullable CompilerUnit unit) {

    private boolean isOf(Seen seen) {
      return startTicks == seen.startTicks && name.equals(seen.name);
    }
  }

  private final CompilerProcesses processes;
  private final Set<CompilerUnit> units = new LinkedHashSet<>();
  private Map<Integer, Known> known = Map.of();

  public CompilerUnits(CompilerProcesses processes) {
    this.processes = processes;
  }

  /**
   * Looks at all processes of runs that are in no claim inside them.
   *
   * @param uptimeMs since boot
   * @param seen each with its parent, if that is among them, somewhere
   * @param hosts whoever started a process that is in a claim of its own: a compiler among them
   *     (ccache before a compiler that is a job) says nothing of what its job needs
   */
  public Units looked(long uptimeMs, Collection<Seen> seen, Set<Integer> hosts) {
    Looking looking = new Looking(seen);
    looking.placeAll(hosts);
    List<Units.Ended> ended = end(unit -> !looking.sees(unit), uptimeMs);
    List<Units.Living> living = new ArrayList<>();
    for (CompilerUnit unit : units) {
      unit.looked(uptimeMs, processes);
      living.add(new Units.Living(unit.claim(), unit.mib()));
    }
    known = looking.found;
    return new Units(living, ended);
  }

  /** A run is over, and so are its compilers. */
  public List<Units.Ended> ended(long uptimeMs, long claim) {
    return end(unit -> unit.claim() == claim, uptimeMs);
  }

  private List<Units.Ended> end(Predicate<CompilerUnit> over, long uptimeMs) {
    List<Units.Ended> ended = new ArrayList<>();
    for (Iterator<CompilerUnit> each = units.iterator(); each.hasNext(); ) {
      CompilerUnit unit = each.next();
      if (over.test(unit)) {
        each.remove();
        unit.end(uptimeMs).ifPresent(ended::add);
      }
    }
    return ended;
  }

  /** One look at all of them. */
  private final class Looking {
    private final Map<Integer, Seen> byPid;
    private final Map<Integer, Known> found = new HashMap<>();

    private Looking(Collection<Seen> seen) {
      byPid = seen.stream().collect(Collectors.toMap(Seen::pid, one -> one, (a, b) -> b));
    }

    private boolean sees(CompilerUnit unit) {
      Seen root = byPid.get(unit.pid());
      return root != null && root.startTicks == unit.startTicks();
    }

    private void placeAll(Set<Integer> hosts) {
      for (Seen seen : byPid.values()) {
        CompilerUnit unit = place(seen, 0).unit;
        if (unit != null) {
          unit.has(seen.pid, seen.mib, hosts.contains(seen.pid));
        }
      }
    }

    /** Its parent's place comes first: what a compiler started is the compiler's. */
    private Known place(Seen seen, int depth) {
      Known done = found.get(seen.pid);
      if (done != null) {
        return done;
      }
      // Whatever /proc says, no circle.
      found.put(seen.pid, new Known(seen.startTicks, seen.name, 0, null));
      Known placed = find(seen, depth);
      found.put(seen.pid, placed);
      return placed;
    }

    private Known find(Seen seen, int depth) {
      Known earlier =
          Optional.ofNullable(known.get(seen.pid)).filter(k -> k.isOf(seen)).orElse(null);
      int reads = earlier == null ? 0 : earlier.reads;
      Seen parent = depth == DEPTH_MAX ? null : byPid.get(seen.parent);
      CompilerUnit unit = parent == null ? null : place(parent, depth + 1).unit;
      if (unit == null && earlier != null && earlier.unit != null && sees(earlier.unit)) {
        unit = earlier.unit;
      }
      if (unit == null && reads < READS_MAX && CompilerCall.mayBe(seen.name)) {
        reads++;
        unit = started(seen);
      }
      return new Known(seen.startTicks, seen.name, reads, unit);
    }

    private @Nullable CompilerUnit started(Seen seen) {
      Optional<JobKey> key = CompilerCall.of(processes.commandLine(seen.pid));
      if (key.isEmpty() || units.size() >= UNITS_MAX) {
        return null;
      }
      CompilerUnit unit = new CompilerUnit(key.get(), seen, processes.hold(seen.pid));
      units.add(unit);
      return unit;
    }
  }
}
