package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CpuBudgetTest {

  private static final Path V1_CPU = Path.of("/sys/fs/cgroup/cpu");

  private final Children children = new Children();

  @AfterEach
  void endChildren() throws Exception {
    children.end();
  }

  @Test
  void isTheAffinityWithoutQuotas() {
    assertThat(CpuBudget.of(8, List.of()))
        .isEqualTo(new CpuBudget(8, List.of("8 CPUs allowed by affinity")));
  }

  @Test
  void isTheSmallestQuotaRoundedUp() {
    CpuBudget budget =
        CpuBudget.of(
            8, List.of(new CpuQuota(5, "/a", "cpu.max"), new CpuQuota(3.5, "/a/b", "cpu.max")));
    assertThat(budget.cpus()).isEqualTo(4);
    assertThat(budget.reasons())
        .containsExactly(
            "8 CPUs allowed by affinity",
            "quota of 3.5 CPUs by cgroup /a/b (cpu.max), rounded up to 4",
            "quota of 5 CPUs by cgroup /a (cpu.max)");
  }

  @Test
  void isNeverLessThanOneNorMoreThanTheAffinity() {
    CpuQuota tiny = new CpuQuota(0.001, "/", "cpu.cfs_quota_us");
    CpuQuota huge = new CpuQuota(1e12, "/", "cpu.max");
    assertThat(CpuBudget.of(2, List.of(tiny)).cpus()).isOne();
    assertThat(CpuBudget.of(1, List.of(huge)).cpus()).isOne();
    assertThat(CpuBudget.of(1, List.of()).reasons()).containsExactly("1 CPU allowed by affinity");
  }

  @Test
  void followsTheAffinityOfARealProcess() throws IOException {
    int all = CpuBudget.of(Self.pid()).cpus();
    assertThat(all).isBetween(1, Runtime.getRuntime().availableProcessors());
    Process shell = children.start("sh", "-c", "taskset -cp 0 $$ >/dev/null; echo; read x");
    awaitLine(shell);
    assertThat(CpuBudget.of(Children.pid(shell)).reasons()).contains("1 CPU allowed by affinity");
  }

  @Test
  void followsTheQuotaOfARealCgroup() throws Exception {
    assumeTrue(Files.isWritable(V1_CPU.resolve("cpu.cfs_quota_us").getParent()));
    assumeTrue(Files.exists(V1_CPU.resolve("cgroup.procs")) && Self.effectiveUid() == 0);
    Path cgroup = V1_CPU.resolve("dibs-test-" + Self.pid());
    Files.createDirectories(cgroup.resolve("inner"));
    try {
      Files.writeString(cgroup.resolve("cpu.cfs_quota_us"), "50000");
      Process sleep = children.start("sleep", "1000");
      Files.writeString(cgroup.resolve("inner/cgroup.procs"), sleep.pid() + "\n");
      CpuBudget budget = CpuBudget.of(Children.pid(sleep));
      assertThat(budget.cpus()).isOne();
      assertThat(budget.reasons())
          .anyMatch(
              reason ->
                  reason.startsWith("quota of 0.5 CPUs by cgroup")
                      && reason.contains("dibs-test-" + Self.pid() + " (cpu.cfs_quota_us)"));
    } finally {
      children.end();
      Files.delete(cgroup.resolve("inner"));
      Files.delete(cgroup);
    }
  }

  @Test
  void ofAProcessThatHasGoneIsRefused() throws Exception {
    int gone = children.gone();
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> CpuBudget.of(gone))
        .withMessage("sched_getaffinity pid " + gone + ": no such process (ESRCH 3)");
  }

  private static void awaitLine(Process process) throws IOException {
    assertThat(process.getInputStream().read()).isEqualTo('\n');
  }
}
