package dev.dibs.daemon.memory;

import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What claims use, from the processes that belong to them. A process that ends while it is looked
 * at uses nothing; what lives between two looks only is not seen. One thread uses it.
 */
final class Usages {

  private static final long MIB = 1024 * 1024;

  private record Ticks(long startTicks, long used) {}

  /** So long a claim counts as busy after it worked: many a job waits for a disk now and then. */
  private static final long BUSY_FOR_MS = 3_000;

  private Map<Integer, Ticks> before = Map.of();
  private final Map<Integer, Integer> mibByPid = new HashMap<>();
  private final Map<Long, Long> workedAtMs = new HashMap<>();

  /** Looks at the memory of these claims' processes, and of no others. */
  List<Use> of(Collection<Watched> claims, Map<Long, List<ProcessStat>> processes, long nowMs)
      throws OsException {
    workedAtMs.keySet().retainAll(claims.stream().map(Watched::claim).toList());
    mibByPid.clear();
    Map<Integer, Ticks> now = new HashMap<>();
    List<Use> uses = new ArrayList<>();
    for (Watched claim : claims) {
      uses.add(use(claim.claim(), processes.getOrDefault(claim.claim(), List.of()), now, nowMs));
    }
    before = now;
    return uses;
  }

  private Use use(long claim, List<ProcessStat> processes, Map<Integer, Ticks> now, long nowMs)
      throws OsException {
    long bytes = 0;
    long largest = 0;
    int largestPid = 0;
    boolean works = !workedAtMs.containsKey(claim);
    for (ProcessStat process : processes) {
      long resident = Proc.residentBytes(process.pid()).orElse(0);
      bytes += resident;
      mibByPid.put(process.pid(), mib(resident));
      if (resident > largest) {
        largest = resident;
        largestPid = process.pid();
      }
      now.put(process.pid(), new Ticks(process.startTicks(), process.cpuTicks()));
      works |= hasWorked(process) || isAwake(process);
    }
    if (works) {
      workedAtMs.put(claim, nowMs);
    }
    boolean busy =
        !processes.isEmpty() && nowMs - workedAtMs.getOrDefault(claim, nowMs) < BUSY_FOR_MS;
    // Between two looks it may have had more; to ask each of them would cost three times as much.
    long peak = largest < MIB ? 0 : Proc.peakBytes(largestPid).orElse(0);
    return new Use(claim, mib(bytes), mib(Math.max(bytes, peak)), busy, processes.size());
  }

  /** What a process of a claim had in use at that look, MiB. */
  int mibOf(int pid) {
    return mibByPid.getOrDefault(pid, 0);
  }

  private static boolean isAwake(ProcessStat process) {
    return !process.isAsleep() && !process.isOver();
  }

  private boolean hasWorked(ProcessStat process) {
    Ticks last = before.get(process.pid());
    boolean same = last != null && last.startTicks == process.startTicks();
    long usedBefore = last != null && same ? last.used : 0;
    return process.cpuTicks() > usedBefore;
  }

  static int mib(long bytes) {
    return Math.clamp(Math.floorDiv(bytes, MIB), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }
}
