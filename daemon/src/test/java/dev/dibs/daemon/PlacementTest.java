package dev.dibs.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Affinity;
import dev.dibs.host.Self;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real processes; the CPUs of this machine, one or many. */
class PlacementTest {

  @TempDir Path folder;

  private final List<Process> started = new ArrayList<>();
  private Log log;
  private Placement placement;

  @BeforeEach
  void openLog() throws IOException {
    log = new Log(folder.resolve("log"));
    placement = new Placement(log);
  }

  @AfterEach
  void endAll() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
    log.close();
  }

  @Test
  void runsAreApartWhereThatCanBe() throws IOException {
    BitSet all = Affinity.of(Self.pid());
    BitSet union = new BitSet();
    for (int run = 0; run < all.cardinality(); run++) {
      int pid = sleeper();
      placement.place(run, pid, 1);
      assertThat(Affinity.of(pid)).isEqualTo(placement.cpus(run));
      assertThat(placement.cpus(run).cardinality()).isOne();
      union.or(placement.cpus(run));
    }
    assertThat(union).isEqualTo(all);
    placement.place(99, sleeper(), 1);
    assertThat(placement.cpus(99).cardinality()).as("shared").isOne();
  }

  @Test
  void aRunWithSlotsForAllCpusIsLeftAlone() throws IOException {
    int pid = sleeper();
    placement.place(1, pid, 1_000_000);
    assertThat(Affinity.of(pid)).isEqualTo(Affinity.of(Self.pid())).isEqualTo(placement.cpus(1));
  }

  @Test
  void aRunThatEndedLeavesItsCpus() throws IOException {
    placement.place(1, sleeper(), 1);
    BitSet cpus = placement.cpus(1);
    placement.free(1);
    placement.free(1);
    assertThat(placement.cpus(1).isEmpty()).isTrue();
    placement.place(2, sleeper(), 1);
    assertThat(placement.cpus(2)).isEqualTo(cpus);
  }

  @Test
  void aLaterDaemonLeavesTheCpusOfARunThatItAdopts() throws IOException {
    int pid = sleeper();
    placement.place(1, pid, 1);
    Placement later = new Placement(log);
    later.adopt(1, pid);
    assertThat(later.cpus(1)).isEqualTo(Affinity.of(pid));
  }

  @Test
  void aProcessThatHasGoneIsLoggedOnce() throws Exception {
    Process gone = start("true");
    gone.waitFor();
    for (int run = 0; run < 3; run++) {
      placement.place(run, (int) gone.pid(), 1);
      placement.adopt(run, (int) gone.pid());
    }
    assertThat(Files.readAllLines(folder.resolve("log.0")))
        .singleElement()
        .asString()
        .contains("keeps the CPUs that it had: sched_getaffinity pid");
  }

  private int sleeper() throws IOException {
    return (int) start("sleep", "1000").pid();
  }

  private Process start(String... command) throws IOException {
    Process process = new ProcessBuilder(command).start();
    started.add(process);
    return process;
  }
}
