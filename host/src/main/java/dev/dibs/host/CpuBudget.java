package dev.dibs.host;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How many CPUs a process may use, and why.
 *
 * <p>The least of its affinity (which knows cpusets) and the smallest quota of its cgroups, a
 * broken quota rounded up: rounded down, its part of a CPU could never be used, while up it merely
 * throttles all a little.
 *
 * @param cpus at least 1
 * @param reasons what was found, a line each for people, affinity first, then quotas from the
 *     smallest on
 */
public record CpuBudget(int cpus, List<String> reasons) {

  public CpuBudget {
    reasons = List.copyOf(reasons);
  }

  /**
   * That of a living process, such as {@link Self#pid}.
   *
   * @throws OsException ESRCH if there is none
   */
  public static CpuBudget of(int pid) throws OsException {
    return of(Affinity.of(pid).cardinality(), CgroupQuotas.of("", pid));
  }

  /** That of so many allowed CPUs and these quotas. */
  static CpuBudget of(int affinity, List<CpuQuota> quotas) {
    List<String> reasons = new ArrayList<>();
    reasons.add(count(BigDecimal.valueOf(affinity)) + " allowed by affinity");
    int cpus = affinity;
    for (CpuQuota quota : bySize(quotas)) {
      int rounded = (int) Math.min(Math.ceil(quota.cpus()), Integer.MAX_VALUE);
      reasons.add(reason(quota, rounded));
      cpus = Math.min(cpus, rounded);
    }
    return new CpuBudget(Math.max(cpus, 1), reasons);
  }

  private static List<CpuQuota> bySize(List<CpuQuota> quotas) {
    return quotas.stream().sorted(Comparator.comparingDouble(CpuQuota::cpus)).toList();
  }

  private static String reason(CpuQuota quota, int rounded) {
    BigDecimal cpus = BigDecimal.valueOf(quota.cpus());
    String up =
        cpus.compareTo(BigDecimal.valueOf(rounded)) == 0 ? "" : ", rounded up to " + rounded;
    String source = " by cgroup " + quota.cgroup() + " (" + quota.file() + ")";
    return "quota of " + count(cpus) + source + up;
  }

  private static String count(BigDecimal cpus) {
    BigDecimal shown = cpus.setScale(2, RoundingMode.HALF_UP).stripTrailingZeros();
    return shown.toPlainString() + (shown.compareTo(BigDecimal.ONE) == 0 ? " CPU" : " CPUs");
  }
}
