package dev.dibs.daemon.memory;

import dev.dibs.daemon.learned.CompilerProcesses;
import dev.dibs.daemon.learned.CompilerUnits;
import dev.dibs.daemon.learned.Units;
import dev.dibs.host.Boot;
import dev.dibs.host.ProcessStat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The compilers among what was seen anyway: those that belong to a run, and to no job in it. One
 * thread uses it.
 */
final class Compilers {

  private final CompilerUnits units = new CompilerUnits(CompilerProcesses.ofMachine());

  /** What they need, as was seen just now. */
  Units of(Collection<Watched> claims, Map<Long, List<ProcessStat>> processes, Usages usages)
      throws IOException {
    List<CompilerUnits.Seen> seen = new ArrayList<>();
    Set<Integer> hosts = new HashSet<>();
    for (Watched claim : claims) {
      for (ProcessStat process : processes.getOrDefault(claim.claim(), List.of())) {
        if (claim.run()) {
          seen.add(seen(claim, process, usages.mibOf(process.pid())));
        }
        if (process.pid() == claim.pid() || !claim.run()) {
          hosts.add(process.parent());
        }
      }
    }
    return units.looked(Boot.uptimeMs(), seen, hosts);
  }

  private static CompilerUnits.Seen seen(Watched claim, ProcessStat process, int mib) {
    return new CompilerUnits.Seen(
        claim.claim(), process.pid(), process.parent(), process.name(), process.startTicks(), mib);
  }

  /** A run is over: what its compilers needed, those that nobody has seen end. */
  List<Units.Ended> ended(long claim) throws IOException {
    return units.ended(Boot.uptimeMs(), claim);
  }
}
