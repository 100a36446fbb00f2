package dev.dibs.host;

import java.util.Optional;

/**
 * A bound on processor time that a cgroup sets for all that is in it.
 *
 * @param cpus how many CPUs' time its processes may use together, above 0; 3.5 is usual
 * @param cgroup the cgroup's path in its hierarchy
 * @param file the file that says so: {@code cpu.max} (v2) or {@code cpu.cfs_quota_us} (v1)
 */
record CpuQuota(double cpus, String cgroup, String file) {

  private static final String PERIOD_US_USUAL = "100000";

  /** Reads v2's {@code cpu.max}: {@code QUOTA PERIOD} in µs; {@code max} is no bound. */
  static Optional<CpuQuota> ofMax(String content, String cgroup) {
    String[] words = content.strip().split(" ", 2);
    return of(words[0], words.length == 2 ? words[1] : PERIOD_US_USUAL, cgroup, "cpu.max");
  }

  /** Reads v1's pair of files, in µs; a quota of -1 is no bound. */
  static Optional<CpuQuota> ofQuotaAndPeriod(String quota, String period, String cgroup) {
    return of(quota, period, cgroup, "cpu.cfs_quota_us");
  }

  private static Optional<CpuQuota> of(String quota, String period, String cgroup, String file) {
    try {
      long quotaUs = Long.parseLong(quota.strip());
      long periodUs = Long.parseLong(period.strip());
      return quotaUs > 0 && periodUs > 0
          ? Optional.of(new CpuQuota((double) quotaUs / periodUs, cgroup, file))
          : Optional.empty();
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }
}
