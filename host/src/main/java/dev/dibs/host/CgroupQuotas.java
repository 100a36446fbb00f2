package dev.dibs.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The processor quotas that bind a process: those of its cgroup and of all its ancestors. */
final class CgroupQuotas {

  private CgroupQuotas() {}

  /**
   * Reads them.
   *
   * @param root what to put before {@code /proc} and before mount points: empty on a real system
   * @param pid the process
   */
  static List<CpuQuota> of(String root, int pid) throws OsException {
    List<CpuQuota> quotas = new ArrayList<>();
    for (Cgroup cgroup : CgroupAncestry.of(root, pid, "cpu")) {
      quotaOf(cgroup).ifPresent(quotas::add);
    }
    return quotas;
  }

  private static Optional<CpuQuota> quotaOf(Cgroup cgroup) throws OsException {
    String name = cgroup.name();
    if (cgroup.unified()) {
      return cgroup.text("cpu.max").flatMap(max -> CpuQuota.ofMax(max, name));
    }
    Optional<String> period = cgroup.text("cpu.cfs_period_us");
    return cgroup
        .text("cpu.cfs_quota_us")
        .flatMap(quota -> CpuQuota.ofQuotaAndPeriod(quota, period.orElse(""), name));
  }
}
