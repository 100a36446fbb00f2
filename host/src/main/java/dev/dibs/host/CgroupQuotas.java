package dev.dibs.host;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The processor quotas that bind a process: those of its cgroup and of all its ancestors, as far as
 * they are mounted, in v2's hierarchy and in v1's of the controller {@code cpu}. A hybrid system
 * has both; the files of the one without the controller are not there.
 */
final class CgroupQuotas {

  private static final int FILE_BYTES_MAX = 4 * 1024 * 1024;

  private final String root;
  private final List<CgroupMount> mounts = new ArrayList<>();
  private final List<CpuQuota> quotas = new ArrayList<>();

  private CgroupQuotas(String root) {
    this.root = root;
  }

  /**
   * Reads them.
   *
   * @param root what to put before {@code /proc} and before mount points: empty on a real system
   * @param pid the process
   */
  static List<CpuQuota> of(String root, int pid) throws OsException {
    CgroupQuotas reader = new CgroupQuotas(root);
    for (String line : reader.lines("/proc/" + pid + "/mountinfo")) {
      CgroupMount.parse(line).ifPresent(reader.mounts::add);
    }
    for (String line : reader.lines("/proc/" + pid + "/cgroup")) {
      reader.addMembership(line);
    }
    return reader.quotas;
  }

  /** Follows one line {@code ID:CONTROLLERS:PATH}; v2's has no controllers. */
  private void addMembership(String line) throws OsException {
    String[] fields = line.split(":", 3);
    if (fields.length < 3) {
      return;
    }
    boolean unified = fields[1].isEmpty();
    if (unified || CgroupMount.isIn("cpu", fields[1])) {
      addAncestry(unified, fields[2]);
    }
  }

  private void addAncestry(boolean unified, String cgroup) throws OsException {
    Optional<CgroupMount> showing = firstMount(unified, cgroup);
    if (showing.isPresent()) {
      addUpwards(showing.get(), showing.get().below(cgroup));
      return;
    }
    // A container's own name for its cgroup may not match its mount; then the mounted cgroup is
    // the nearest ancestor that can be seen.
    Optional<CgroupMount> any = mounts.stream().filter(m -> m.unified() == unified).findFirst();
    if (any.isPresent()) {
      addUpwards(any.get(), "");
    }
  }

  private Optional<CgroupMount> firstMount(boolean unified, String cgroup) {
    return mounts.stream()
        .filter(mount -> mount.unified() == unified && mount.shows(cgroup))
        .findFirst();
  }

  private void addUpwards(CgroupMount mount, String below) throws OsException {
    String rest = below;
    while (true) {
      quotaAt(mount, rest).ifPresent(quotas::add);
      if (rest.isEmpty()) {
        return;
      }
      rest = rest.substring(0, Math.max(rest.lastIndexOf('/'), 0));
    }
  }

  private Optional<CpuQuota> quotaAt(CgroupMount mount, String below) throws OsException {
    String folder = mount.point() + below;
    String name = mount.root().equals("/") ? (below.isEmpty() ? "/" : below) : mount.root() + below;
    if (mount.unified()) {
      return text(folder + "/cpu.max").flatMap(max -> CpuQuota.ofMax(max, name));
    }
    Optional<String> period = text(folder + "/cpu.cfs_period_us");
    return text(folder + "/cpu.cfs_quota_us")
        .flatMap(quota -> CpuQuota.ofQuotaAndPeriod(quota, period.orElse(""), name));
  }

  private List<String> lines(String path) throws OsException {
    return text(path).orElse("").lines().toList();
  }

  private Optional<String> text(String path) throws OsException {
    return KernelFile.read(root + path, FILE_BYTES_MAX)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
