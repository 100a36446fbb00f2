package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The daemon comes when it is needed, alone, and goes when it is not. */
class DaemonLifeTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  @Test
  void twentyFirstRunsStartOneDaemon() {
    List<Running> runs =
        IntStream.range(0, 20).mapToObj(i -> dibs.dibs("run", "--", "true").start()).toList();
    runs.forEach(run -> assertThat(run.end().well().err()).isEmpty());
    assertThat(daemons()).isEqualTo(1);
  }

  @Test
  void anIdleDaemonLeaves() {
    dibs.dibs("run", "--", "true").with("DIBS_IDLE_SECONDS", "1").end().well();
    Until.holds("an empty world", () -> dibs.inThisWorld().isEmpty());
    assertThat(dibs.directory().resolve("daemon")).doesNotExist();
  }

  @Test
  void aDaemonWithARunIsNotIdle() {
    Running holder =
        dibs.dibs("run", "--", "sh", "-c", "echo held; exec cat")
            .with("DIBS_IDLE_SECONDS", "1")
            .piped()
            .start()
            .says("held");
    long daemon = dibs.daemon().orElseThrow();
    dibs.plain("sleep", "2.5").end().well();
    assertThat(dibs.daemon()).hasValue(daemon);
    holder.closeInput();
    holder.end().well();
  }

  @Test
  void aRunAfterAnIdleDaemonStartsANewOne() {
    dibs.dibs("run", "--", "true").with("DIBS_IDLE_SECONDS", "1").end().well();
    Until.holds("an empty world", () -> dibs.inThisWorld().isEmpty());
    assertThat(dibs.startedDaemon()).isPositive();
  }

  @Test
  void sigtermEndsItCleanly() {
    long daemon = dibs.startedDaemon();
    Processes.signal("TERM", daemon);
    Until.holds("an empty world", () -> dibs.inThisWorld().isEmpty());
    assertThat(dibs.directory().resolve("daemon")).doesNotExist();
    assertThat(dibs.directory().resolve("r"))
        .satisfiesAnyOf(r -> assertThat(r).doesNotExist(), r -> assertThat(r).isEmptyDirectory());
  }

  @Test
  void runsOutliveASigtermOfTheDaemon() {
    Running holder = dibs.holder();
    Processes.signal("TERM", dibs.daemon().orElseThrow());
    Until.holds("no daemon", () -> dibs.daemon().isEmpty());
    assertThat(holder.isOver()).isFalse();
    holder.closeInput();
    holder.end().well();
  }

  @Test
  void stopRefusesWhileARunLives() {
    Running holder = dibs.holder("--name", "nightly");
    Ended stop = dibs.dibs("stop").end();
    assertThat(stop.status()).isNotZero();
    assertThat(stop.out() + stop.err()).contains("nightly").contains("--force");
    assertThat(dibs.daemon()).isPresent();
    holder.closeInput();
    holder.end().well();
  }

  @Test
  void stopWithForceLeavesTheRunsAlone() {
    Running holder = dibs.holder();
    dibs.dibs("stop", "--force").end().well();
    Until.holds("no daemon", () -> dibs.daemon().isEmpty());
    holder.closeInput();
    assertThat(holder.end().well().out()).isEqualTo("held\n");
  }

  @Test
  void stopEndsAnIdleDaemon() {
    dibs.startedDaemon();
    dibs.dibs("stop").end().well();
    Until.holds("an empty world", () -> dibs.inThisWorld().isEmpty());
  }

  @Test
  void stopWithoutDaemonStartsNone() {
    dibs.dibs("stop").end();
    assertThat(daemons()).isZero();
  }

  @Test
  void helpAndVersionStartNoDaemon() {
    assertThat(dibs.dibs("--help").end().well().out()).contains("dibs run");
    assertThat(dibs.dibs("--version").end().well().out()).startsWith("dibs ");
    assertThat(daemons()).isZero();
  }

  @Test
  void itsLogIsInItsDirectory() {
    dibs.startedDaemon();
    assertThat(dibs.directory().resolve("daemon.log.0")).isNotEmptyFile();
  }

  @Test
  void itsDirectoryIsForItsOwnerOnly() throws Exception {
    dibs.startedDaemon();
    assertThat(Files.getPosixFilePermissions(dibs.directory()))
        .hasSize(3)
        .allMatch(p -> p.name().startsWith("OWNER"));
  }

  private long daemons() {
    return dibs.inThisWorld().stream()
        .filter(p -> Processes.name(p.pid()).filter("java"::equals).isPresent())
        .count();
  }
}
