package dev.dibs.host;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The bounds that cgroups set on the memory of some processes. Where a cgroup's files are is looked
 * up once, for the table of mounts is long. Not safe for threads.
 */
public final class MemoryBounds {

  private static final int FILE_BYTES_MAX = 64 * 1024;

  /** More kinds of memberships than processes of one user's builds are in at once. */
  private static final int KNOWN_MAX = 64;

  /** By the content of {@code /proc/PID/cgroup}. */
  private final Map<String, List<Cgroup>> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<Cgroup>> eldest) {
          return size() > KNOWN_MAX;
        }
      };

  /** Those around these processes, each once; a process that has gone has none. */
  public List<CgroupMemory> around(Collection<Integer> pids) throws OsException {
    Set<Cgroup> cgroups = new LinkedHashSet<>();
    for (int pid : pids) {
      cgroups.addAll(above(pid));
    }
    List<CgroupMemory> bounds = new ArrayList<>();
    for (Cgroup cgroup : cgroups) {
      CgroupMemory.bound(cgroup).ifPresent(bounds::add);
    }
    return bounds;
  }

  private List<Cgroup> above(int pid) throws OsException {
    Optional<String> membership =
        KernelFile.read("/proc/" + pid + "/cgroup", FILE_BYTES_MAX)
            .map(content -> new String(content, StandardCharsets.UTF_8));
    if (membership.isEmpty()) {
      return List.of();
    }
    List<Cgroup> found = known.get(membership.get());
    if (found == null) {
      found = CgroupMemory.ancestry("", pid);
      known.put(membership.get(), found);
    }
    return found;
  }
}
