package dev.dibs.daemon.memory;

import dev.dibs.host.EnvironmentBlock;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import dev.dibs.host.ProcessTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which process belongs to which claim: to the nearest one above it, so that nothing counts twice.
 * Who was seen in a claim stays in it though its parents die; of one that was never seen below any
 * the environment tells, which is read once in its life. One thread uses it.
 *
 * <p>Known gap: what lost its parents and emptied its environment before it was ever seen belongs
 * to nobody.
 */
final class Belonging {

  /** Belongs to no claim. */
  static final long NOBODY = -1;

  private record Known(long startTicks, long claim) {}

  private Map<Integer, Known> known = Map.of();

  /** The processes that have not ended, by claim, those of {@link #NOBODY} too. */
  Map<Long, List<ProcessStat>> sort(ProcessTable table, Collection<Watched> claims)
      throws OsException {
    Sorting sorting = new Sorting(table, claims);
    Map<Long, List<ProcessStat>> sorted = new HashMap<>();
    for (ProcessStat process : table.all()) {
      if (!process.isOver()) {
        sorted.computeIfAbsent(sorting.of(process), claim -> new ArrayList<>()).add(process);
      }
    }
    known = sorting.found;
    return sorted;
  }

  /** One look at all of them. */
  private final class Sorting {
    private final ProcessTable table;
    private final Collection<Watched> claims;
    private final Set<Long> living;
    private final Map<Integer, Long> roots = new HashMap<>();
    private final Map<Integer, Known> found = new HashMap<>();

    private Sorting(ProcessTable table, Collection<Watched> claims) {
      this.table = table;
      this.claims = claims;
      this.living = claims.stream().map(Watched::claim).collect(Collectors.toSet());
      // Of several claims of one process the youngest is the innermost, and comes last.
      claims.stream().filter(c -> c.pid() > 1).forEach(c -> roots.put(c.pid(), c.claim()));
    }

    private long of(ProcessStat process) throws OsException {
      Known done = found.get(process.pid());
      if (done != null) {
        return done.claim;
      }
      // A number that was given again while the table was read could close a circle.
      found.put(process.pid(), new Known(process.startTicks(), NOBODY));
      long claim = find(process);
      found.put(process.pid(), new Known(process.startTicks(), claim));
      return claim;
    }

    private long find(ProcessStat process) throws OsException {
      Long root = roots.get(process.pid());
      if (root != null) {
        return root;
      }
      Optional<ProcessStat> parent = table.find(process.parent());
      long above = parent.isPresent() && process.parent() > 1 ? of(parent.get()) : NOBODY;
      return above == NOBODY ? remembered(process) : above;
    }

    private long remembered(ProcessStat process) throws OsException {
      Known before = known.get(process.pid());
      if (before != null
          && before.startTicks == process.startTicks()
          && (before.claim == NOBODY || living.contains(before.claim))) {
        return before.claim;
      }
      return claims.isEmpty() ? NOBODY : named(process.pid());
    }

    /** As {@code DIBS_JOB}, which is the holder's pid, or {@code DIBS_RUN} say. */
    private long named(int pid) throws OsException {
      Optional<EnvironmentBlock> block = Proc.environment(pid);
      String job = block.flatMap(b -> b.get("DIBS_JOB")).orElse("");
      String run = block.flatMap(b -> b.get("DIBS_RUN")).orElse("");
      long innermost = NOBODY;
      for (Watched claim : claims) {
        if (claim.isNamed(run) || (!job.isEmpty() && job.equals(Integer.toString(claim.pid())))) {
          innermost = claim.claim();
        }
      }
      return innermost;
    }
  }
}
