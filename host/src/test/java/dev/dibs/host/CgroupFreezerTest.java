package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CgroupFreezerTest {

  private static final Path UNIFIED =
      Files.isDirectory(Path.of("/sys/fs/cgroup/unified"))
          ? Path.of("/sys/fs/cgroup/unified")
          : Path.of("/sys/fs/cgroup");

  private final Children children = new Children();

  @AfterEach
  void endChildren() throws Exception {
    children.end();
  }

  @Test
  void aProcessThatNobodyFrozeIsNot() throws Exception {
    assertThat(CgroupFreezer.find().holds(Children.pid(children.start("sleep", "1000")))).isFalse();
    assertThat(CgroupFreezer.find().holds(children.gone())).isFalse();
  }

  @Test
  void aFrozenProcessIs() throws Exception {
    assumeTrue(Files.isWritable(UNIFIED.resolve("cgroup.procs")), "missing: cgroups of version 2");
    int pid = Children.pid(children.start("sleep", "1000"));
    Path cgroup = Files.createDirectory(UNIFIED.resolve("dibs-test-" + UUID.randomUUID()));
    try {
      Files.writeString(cgroup.resolve("cgroup.procs"), "" + pid);
      assertThat(CgroupFreezer.find().holds(pid)).isFalse();
      freeze(cgroup, pid, true);
      assertThat(Proc.stat(pid).orElseThrow().isAsleep()).isTrue();
      freeze(cgroup, pid, false);
    } finally {
      Files.writeString(cgroup.resolve("cgroup.freeze"), "0");
      children.end();
      remove(cgroup);
    }
  }

  /** Blocks until the processes that were killed have left it. */
  private static void remove(Path cgroup) throws Exception {
    long deadlineMs = Self.monotonicMs() + 10_000;
    while (!Files.readString(cgroup.resolve("cgroup.events")).contains("populated 0")) {
      assertThat(Self.monotonicMs()).isLessThan(deadlineMs);
      Thread.onSpinWait();
    }
    Files.delete(cgroup);
  }

  /** Blocks until it is so. */
  private static void freeze(Path cgroup, int pid, boolean frozen) throws Exception {
    Files.writeString(cgroup.resolve("cgroup.freeze"), frozen ? "1" : "0");
    long deadlineMs = Self.monotonicMs() + 10_000;
    while (CgroupFreezer.find().holds(pid) != frozen) {
      assertThat(Self.monotonicMs()).isLessThan(deadlineMs);
      Thread.onSpinWait();
    }
  }
}
