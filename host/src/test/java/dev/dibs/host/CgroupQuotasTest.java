package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On trees of files as they are on real machines. */
class CgroupQuotasTest {

  private static final int PID = 7;

  private final Path root;

  CgroupQuotasTest(@TempDir Path root) {
    this.root = root;
  }

  @Test
  void areThoseOfEveryAncestorInV2() throws IOException {
    write("proc/7/cgroup", "0::/user.slice/user-1000.slice/app.scope\n");
    write(
        "proc/7/mountinfo",
        """
        22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
        29 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate
        """);
    write("sys/fs/cgroup/user.slice/user-1000.slice/app.scope/cpu.max", "max 100000\n");
    write("sys/fs/cgroup/user.slice/user-1000.slice/cpu.max", "350000 100000\n");
    write("sys/fs/cgroup/user.slice/cpu.max", "50000 10000\n");
    assertThat(quotas())
        .containsExactly(
            new CpuQuota(3.5, "/user.slice/user-1000.slice", "cpu.max"),
            new CpuQuota(5, "/user.slice", "cpu.max"));
  }

  @Test
  void areThoseOfTheCpuControllerInV1() throws IOException {
    write(
        "proc/7/cgroup",
        """
        5:cpuset:/other
        4:cpu,cpuacct:/jobs/a b
        1:name=systemd:/jobs
        """);
    write(
        "proc/7/mountinfo",
        """
        31 22 0:28 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu\\040set rw,relatime - cgroup cgroup rw,cpuset
        33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 master:1 - cgroup cgroup rw,cpu,cpuacct
        """);
    v1("sys/fs/cgroup/cpu,cpuacct/jobs/a b", 150_000, 100_000);
    v1("sys/fs/cgroup/cpu,cpuacct/jobs", -1, 100_000);
    v1("sys/fs/cgroup/cpu,cpuacct", 4_000_000, 500_000);
    v1("sys/fs/cgroup/cpu set/other", 1, 1000);
    assertThat(quotas())
        .containsExactly(
            new CpuQuota(1.5, "/jobs/a b", "cpu.cfs_quota_us"),
            new CpuQuota(8, "/", "cpu.cfs_quota_us"));
  }

  @Test
  void areThoseOfBothHierarchiesOfAHybridSystem() throws IOException {
    write("proc/7/cgroup", "2:cpuacct:/\n1:cpu:/limited\n0::/session\n");
    write(
        "proc/7/mountinfo",
        """
        32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
        33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        """);
    v1("sys/fs/cgroup/cpu/limited", 200_000, 100_000);
    v1("sys/fs/cgroup/cpuacct/limited", 1, 100_000);
    write("sys/fs/cgroup/unified/session/cgroup.procs", "7\n");
    assertThat(quotas()).containsExactly(new CpuQuota(2, "/limited", "cpu.cfs_quota_us"));
  }

  @Test
  void startAtTheMountedCgroupInAContainer() throws IOException {
    write("proc/7/cgroup", "4:cpu,cpuacct:/docker/4f2/inner\n");
    write(
        "proc/7/mountinfo",
        "33 31 0:30 /docker/4f2 /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu,cpuacct\n");
    v1("sys/fs/cgroup/cpu/inner", 50_000, 100_000);
    v1("sys/fs/cgroup/cpu", 250_000, 100_000);
    assertThat(quotas())
        .containsExactly(
            new CpuQuota(0.5, "/docker/4f2/inner", "cpu.cfs_quota_us"),
            new CpuQuota(2.5, "/docker/4f2", "cpu.cfs_quota_us"));
  }

  @Test
  void areThoseOfTheMountWhereTheNamesDoNotMatch() throws IOException {
    write("proc/7/cgroup", "0::/../../elsewhere\n1:cpu:/docker/4f21\n");
    write(
        "proc/7/mountinfo",
        """
        29 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
        33 31 0:30 /docker/4f2 /cpu ro - cgroup cgroup rw,cpu
        """);
    write("sys/fs/cgroup/cpu.max", "300000 100000\n");
    v1("cpu", 200_000, 100_000);
    assertThat(quotas())
        .containsExactly(
            new CpuQuota(3, "/", "cpu.max"), new CpuQuota(2, "/docker/4f2", "cpu.cfs_quota_us"));
  }

  @Test
  void skipWhatIsNotThereOrMakesNoSense() throws IOException {
    assertThat(quotas()).isEmpty();
    write("proc/7/cgroup", "nonsense\n0::/a/b\n\n");
    assertThat(quotas()).isEmpty();
    write("proc/7/mountinfo", "x - cgroup2\n29 22 0:26 / /c rw - cgroup2 cgroup2 rw\n1 2 3 4\n");
    write("c/a/b/cpu.max", "many 100000\n");
    write("c/a/cpu.max", "100000 0\n");
    write("c/cpu.max", "\n");
    assertThat(quotas()).isEmpty();
    write("c/cpu.max", "400000\n");
    assertThat(quotas()).containsExactly(new CpuQuota(4, "/", "cpu.max"));
  }

  private Iterable<CpuQuota> quotas() throws OsException {
    return CgroupQuotas.of(root.toString(), PID);
  }

  private void v1(String folder, long quotaUs, long periodUs) throws IOException {
    write(folder + "/cpu.cfs_quota_us", quotaUs + "\n");
    write(folder + "/cpu.cfs_period_us", periodUs + "\n");
  }

  private void write(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
