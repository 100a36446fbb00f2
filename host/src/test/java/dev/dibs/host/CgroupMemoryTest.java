package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On trees of files as they are on real machines. */
class CgroupMemoryTest {

  private static final int PID = 7;
  private static final long MIB = 1024 * 1024;

  private final Path root;

  CgroupMemoryTest(@TempDir Path root) {
    this.root = root;
  }

  @Test
  void boundsOfEveryAncestorInV2Count() throws IOException {
    unified("/outer/inner");
    write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
    write("sys/fs/cgroup/outer/inner/memory.current", "1\n");
    write("sys/fs/cgroup/outer/memory.max", 1000 * MIB + "\n");
    write("sys/fs/cgroup/outer/memory.high", "max\n");
    write("sys/fs/cgroup/outer/memory.current", 700 * MIB + "\n");
    write(
        "sys/fs/cgroup/outer/memory.stat",
        "anon 1\ninactive_file %d\nactive_file %d\nslab_reclaimable %d\n"
            .formatted(100 * MIB, 60 * MIB, 20 * MIB));
    write(
        "sys/fs/cgroup/outer/memory.pressure",
        """
        some avg10=0.00 avg60=0.00 avg300=0.00 total=900
        full avg10=0.00 avg60=0.00 avg300=0.00 total=250
        """);
    assertThat(bounds())
        .containsExactly(
            new CgroupMemory("/outer", "memory.max", 1000 * MIB, 550 * MIB, OptionalLong.of(250)));
    assertThat(bounds().getFirst().roomBytes()).isEqualTo(450 * MIB);
  }

  @Test
  void whereThrottlingBeginsBeforeTheLimitItIsTheBound() throws IOException {
    unified("/a");
    write("sys/fs/cgroup/a/memory.max", 900 + "\n");
    write("sys/fs/cgroup/a/memory.high", 800 + "\n");
    write("sys/fs/cgroup/a/memory.current", 1000 + "\n");
    assertThat(bounds())
        .containsExactly(new CgroupMemory("/a", "memory.high", 800, 1000, OptionalLong.empty()));
    assertThat(bounds().getFirst().roomBytes()).isNegative();
  }

  @Test
  void boundsOfTheMemoryControllerInV1Count() throws IOException {
    write("proc/7/cgroup", "4:memory:/jobs/a\n3:cpu:/other\n");
    write(
        "proc/7/mountinfo",
        """
        32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        """);
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", "5\n");
    write("sys/fs/cgroup/memory/jobs/a/memory.limit_in_bytes", 100 * MIB + "\n");
    write("sys/fs/cgroup/memory/jobs/a/memory.usage_in_bytes", 90 * MIB + "\n");
    write(
        "sys/fs/cgroup/memory/jobs/a/memory.stat",
        "inactive_file 0\ntotal_inactive_file %d\ntotal_active_file %d\n"
            .formatted(30 * MIB, 20 * MIB));
    assertThat(bounds())
        .containsExactly(
            new CgroupMemory(
                "/jobs/a", "memory.limit_in_bytes", 100 * MIB, 50 * MIB, OptionalLong.empty()));
  }

  @Test
  void filesThatAreMissingOrSayNothingAreNoBound() throws IOException {
    unified("/a/b");
    write("sys/fs/cgroup/a/b/memory.max", "rubbish\n");
    write("sys/fs/cgroup/a/b/memory.current", "-3\n");
    write("sys/fs/cgroup/a/memory.max", "100\n");
    assertThat(bounds()).isEmpty();
  }

  @Test
  void ofAProcessThatHasGoneThereAreNone() throws Exception {
    assertThat(new MemoryBounds().around(List.of(new Children().gone()))).isEmpty();
    assertThat(bounds()).isEmpty();
  }

  private List<CgroupMemory> bounds() throws OsException {
    List<CgroupMemory> bounds = new ArrayList<>();
    for (Cgroup cgroup : CgroupMemory.ancestry(root.toString(), PID)) {
      CgroupMemory.bound(cgroup).ifPresent(bounds::add);
    }
    return bounds;
  }

  private void unified(String cgroup) throws IOException {
    write("proc/7/cgroup", "0::" + cgroup + "\n");
    write("proc/7/mountinfo", "29 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  }

  private void write(String file, String content) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }
}
