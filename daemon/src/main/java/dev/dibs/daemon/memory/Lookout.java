package dev.dibs.daemon.memory;

import dev.dibs.daemon.learned.Units;
import dev.dibs.host.CgroupMemory;
import dev.dibs.host.MemoryBounds;
import dev.dibs.host.NativeMemory;
import dev.dibs.host.OsException;
import dev.dibs.host.ProcessStat;
import dev.dibs.host.ProcessTable;
import dev.dibs.host.Self;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at processes and memory, which takes milliseconds. One thread uses it. */
final class Lookout {

  private final Belonging belonging = new Belonging();
  private final Usages usages = new Usages();
  private final Stalls stalls = new Stalls();
  private final Burners burners;
  private final Compilers compilers = new Compilers();
  private final Budget budget;
  private final Stillness stillness;
  private List<Watched> lookedAt = List.of();
  private @Nullable Look last;

  Lookout(WatchSettings settings) {
    this(settings, new Stillness(Stillness.THIS_MACHINE));
  }

  Lookout(WatchSettings settings, Stillness stillness) {
    burners = new Burners(Self.pid(), settings.burnersEveryMs());
    budget = new Budget(settings.declaredMib(), new MemoryBounds());
    this.stillness = stillness;
  }

  /**
   * What there is now. Who sleeps in a machine in which nobody works is not looked at again: to
   * look at a hundred processes takes ten milliseconds each time, and nothing is to cost nothing.
   */
  Look look(List<Watched> claims, long nowMs) throws IOException {
    boolean still = stillness.lasts(nowMs);
    if (still && last != null && last.isAsleep() && lookedAt.equals(claims)) {
      if (!last.still()) {
        NativeMemory.giveBack();
      }
      last = last.lasting(nowMs);
    } else {
      last = lookCloser(claims, nowMs);
      lookedAt = List.copyOf(claims);
    }
    return last;
  }

  private Look lookCloser(List<Watched> claims, long nowMs) throws IOException {
    Map<Long, List<ProcessStat>> processes = sorted(claims);
    List<Use> uses = usages.of(claims, processes, nowMs);
    List<CgroupMemory> cgroups = budget.cgroups(pids(claims));
    long usedMib = uses.stream().mapToLong(Use::mib).sum();
    Optional<Room> room = budget.room(usedMib, cgroups);
    return new Look(
        nowMs,
        room,
        stalls.fullPermille(cgroups, System.nanoTime()),
        uses,
        parties(claims, processes),
        burners.among(processes.getOrDefault(Belonging.NOBODY, List.of()), nowMs),
        compilers.of(claims, processes, usages),
        false);
  }

  /** A run is over: what its compilers needed, those that nobody has seen end. */
  List<Units.Ended> ended(long claim) throws IOException {
    return compilers.ended(claim);
  }

  /** Whose claim each process is in now. */
  Map<Long, List<ProcessStat>> sorted(Collection<Watched> claims) throws OsException {
    return belonging.sort(ProcessTable.read(), claims);
  }

  private static List<Integer> pids(Collection<Watched> claims) {
    List<Integer> pids = new ArrayList<>(List.of(Self.pid()));
    claims.stream().map(Watched::pid).filter(pid -> pid > 1).forEach(pids::add);
    return pids;
  }

  private static Map<Long, Work> parties(
      Collection<Watched> claims, Map<Long, List<ProcessStat>> processes) {
    Map<Long, Work> parties = new HashMap<>();
    for (Watched claim : claims) {
      Work work = work(processes.getOrDefault(claim.claim(), List.of()));
      parties.merge(claim.party(), work, Work::plus);
    }
    return parties;
  }

  private static Work work(List<ProcessStat> processes) {
    long ticks = processes.stream().mapToLong(p -> p.cpuTicks() + p.endedTicks()).sum();
    int awake = (int) processes.stream().filter(process -> !process.isAsleep()).count();
    return new Work(ticks * ProcessStat.TICK_MS, awake);
  }
}
