package dev.dibs.host;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A bound on memory that a cgroup sets for all that is in it.
 *
 * @param cgroup the cgroup's path in its hierarchy
 * @param file the file that says so
 * @param limitBytes what its processes may use together
 * @param usedBytes what they use and can't be had back by forgetting caches
 * @param stallUs for how long nothing in it could go on for want of memory, µs; empty in v1 and
 *     where the kernel does not count
 */
public record CgroupMemory(
    String cgroup, String file, long limitBytes, long usedBytes, OptionalLong stallUs) {

  private static final String LEGACY_LIMIT = "memory.limit_in_bytes";

  /** What v1 says for no limit is the largest number of whole pages. */
  private static final long UNLIMITED = 1L << 60;

  /** The cgroups that may bound a process's memory: its own and all above, in each hierarchy. */
  static List<Cgroup> ancestry(String root, int pid) throws OsException {
    return CgroupAncestry.of(root, pid, "memory");
  }

  /** What may be taken yet, bytes; negative after the limit was lowered. */
  public long roomBytes() {
    return limitBytes - usedBytes;
  }

  /** The bound that a cgroup sets, if any: v2's throttling counts as well as its limit. */
  static Optional<CgroupMemory> bound(Cgroup cgroup) throws OsException {
    return cgroup.unified() ? unified(cgroup) : legacy(cgroup);
  }

  private static Optional<CgroupMemory> unified(Cgroup cgroup) throws OsException {
    long limit = cgroup.number("memory.max").orElse(UNLIMITED);
    long throttle = cgroup.number("memory.high").orElse(UNLIMITED);
    OptionalLong current = cgroup.number("memory.current");
    if (Math.min(limit, throttle) >= UNLIMITED || current.isEmpty()) {
      return Optional.empty();
    }
    String stat = cgroup.text("memory.stat").orElse("");
    long used = current.getAsLong() - forgettable(stat, "") - field(stat, "slab_reclaimable");
    OptionalLong stall =
        cgroup.text("memory.pressure").map(MemoryStall::totalUs).orElse(OptionalLong.empty());
    return Optional.of(
        new CgroupMemory(
            cgroup.name(),
            throttle < limit ? "memory.high" : "memory.max",
            Math.min(limit, throttle),
            Math.max(0, used),
            stall));
  }

  private static Optional<CgroupMemory> legacy(Cgroup cgroup) throws OsException {
    long limit = cgroup.number(LEGACY_LIMIT).orElse(UNLIMITED);
    OptionalLong usage = cgroup.number("memory.usage_in_bytes");
    if (limit >= UNLIMITED || usage.isEmpty()) {
      return Optional.empty();
    }
    String stat = cgroup.text("memory.stat").orElse("");
    long used = Math.max(0, usage.getAsLong() - forgettable(stat, "total_"));
    return Optional.of(
        new CgroupMemory(cgroup.name(), LEGACY_LIMIT, limit, used, OptionalLong.empty()));
  }

  /**
   * Files in memory that can be read again: those not used lately, and half of the others, as the
   * kernel reckons for {@code MemAvailable}. All of them would mean to read headers again and
   * again.
   */
  private static long forgettable(String stat, String prefix) {
    return field(stat, prefix + "inactive_file") + field(stat, prefix + "active_file") / 2;
  }

  private static long field(String stat, String name) {
    return Cgroup.field(stat, name).orElse(0);
  }
}
