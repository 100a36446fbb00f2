package dev.dibs.daemon.memory;

import dev.dibs.host.CgroupMemory;
import dev.dibs.host.MemoryStall;
import dev.dibs.host.OsException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * In how much of the time since the last look nothing could go on for want of memory: on the
 * machine, or in the worst of the cgroups that bound us. One thread uses it.
 */
final class Stalls {

  /** Nobody counts it. */
  static final int UNKNOWN = -1;

  private static final String MACHINE = "";
  private static final long PERMILLE = 1000;

  private Map<String, Long> before = Map.of();
  private long beforeNs;

  /** In thousandths, 0 at the first look. */
  int fullPermille(Collection<CgroupMemory> cgroups, long nowNs) throws OsException {
    Map<String, Long> now = new HashMap<>();
    note(now, MACHINE, MemoryStall.onMachineUs());
    cgroups.forEach(cgroup -> note(now, cgroup.cgroup(), cgroup.stallUs()));
    int worst = now.isEmpty() ? UNKNOWN : 0;
    for (Map.Entry<String, Long> total : now.entrySet()) {
      worst = Math.max(worst, permille(total, nowNs - beforeNs));
    }
    before = now;
    beforeNs = nowNs;
    return worst;
  }

  private static void note(Map<String, Long> now, String where, OptionalLong totalUs) {
    if (totalUs.isPresent()) {
      now.put(where, totalUs.getAsLong());
    }
  }

  private int permille(Map.Entry<String, Long> total, long elapsedNs) {
    Long last = before.get(total.getKey());
    long elapsedUs = TimeUnit.NANOSECONDS.toMicros(elapsedNs);
    if (last == null || elapsedUs <= 0) {
      return 0;
    }
    return Math.clamp((total.getValue() - last) * PERMILLE / elapsedUs, 0, (int) PERMILLE);
  }
}
