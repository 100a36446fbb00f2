package dev.dibs.daemon;

import dev.dibs.host.EnvironmentBlock;
import dev.dibs.host.Lineage;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a process stands that claims by opening a file: what a launcher would say of itself
 * (docs/control.md), found out by looking.
 *
 * @param run the innermost run that it is in, or null: the living one that its environment names,
 *     else that of the nearest process above that is known
 * @param pools of which jobs around it hold slots; what is below a job needs none of them
 * @param after the last of these by name, cpu left out, or null
 */
record Surroundings(@Nullable String run, Set<String> pools, @Nullable String after) {

  static Surroundings of(int pid, Broker broker) throws OsException {
    Optional<EnvironmentBlock> environment = Proc.environment(pid);
    String named = environment.flatMap(block -> block.get("DIBS_RUN")).orElse(null);
    String run = broker.liveRun(named) == null ? nearestRun(pid, broker) : named;
    Set<String> pools = new HashSet<>();
    String after = null;
    for (String job :
        environment.flatMap(block -> block.get("DIBS_POOLS")).orElse("").split(" ", -1)) {
      String[] parts = job.split(":", -1);
      if (parts.length == 3 && lives(parts[1])) {
        pools.add(parts[0]);
        pools.add(PoolName.CPU);
        after = after == null || parts[0].compareTo(after) > 0 ? parts[0] : after;
      }
    }
    if (environment
        .flatMap(block -> block.get("DIBS_JOB"))
        .filter(Surroundings::lives)
        .isPresent()) {
      pools.add(PoolName.CPU);
    }
    return new Surroundings(run, pools, after);
  }

  private static @Nullable String nearestRun(int pid, Broker broker) throws OsException {
    Map<Integer, String> roots = new HashMap<>();
    for (Claimant claimant : broker.claimants()) {
      if (claimant.isRun() && claimant.phase() == Claimant.Phase.HOLDING) {
        roots.putIfAbsent(claimant.pid(), claimant.name());
      }
    }
    Lineage way = Lineage.from(pid);
    while (!roots.isEmpty() && way.isAtProcess() && !roots.containsKey(way.pid())) {
      way.climb();
    }
    return way.isAtProcess() ? roots.get(way.pid()) : null;
  }

  private static boolean lives(String pid) {
    try {
      return pid.matches("[1-9][0-9]{0,8}")
          && Proc.stat(Integer.parseInt(pid)).filter(stat -> !stat.isOver()).isPresent();
    } catch (OsException unknown) {
      return false;
    }
  }
}
