package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The mounted file system, whatever of dibs is killed, stopped, told to end, or missing. */
class MountLifeTest {
  /** Far more than a restart takes, far less than for ever. */
  private static final Duration RESTART = Duration.ofSeconds(20);

  /** An error that comes at once, on a busy machine. */
  private static final Duration AT_ONCE = Duration.ofSeconds(15);

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  /** What is killed at one moment. */
  enum Victims {
    DAEMON,
    SUPERVISOR,
    KEEPER,
    DAEMON_AND_SUPERVISOR,
    DAEMON_AND_KEEPER,
    SUPERVISOR_AND_KEEPER;

    long[] of(Dibs dibs) {
      return switch (this) {
        case DAEMON -> pids(dibs.daemon());
        case SUPERVISOR -> pids(dibs.supervisor());
        case KEEPER -> pids(dibs.keeper());
        case DAEMON_AND_SUPERVISOR -> pids(dibs.supervisor(), dibs.daemon());
        case DAEMON_AND_KEEPER -> pids(dibs.keeper(), dibs.daemon());
        case SUPERVISOR_AND_KEEPER -> pids(dibs.supervisor(), dibs.keeper());
      };
    }

    private static long[] pids(OptionalLong... pids) {
      return Stream.of(pids).mapToLong(OptionalLong::orElseThrow).toArray();
    }
  }

  @BeforeEach
  void mount() {
    dibs.startedDaemon();
    assumeTrue(isMounted(), () -> "missing: " + missing());
  }

  private Path files() {
    return dibs.directory().resolve("fs");
  }

  private boolean isMounted() {
    return Mounts.below(dibs.directory()).contains(files().toString());
  }

  private String missing() {
    return status("files_missing");
  }

  private String status(String field) {
    String json = dibs.dibs("status", "--json").end().well().out();
    return String.valueOf(Json.scalars(json).get("/daemon/" + field));
  }

  /** Reads a file that the daemon makes when it is asked. */
  private Command read() {
    return dibs.plain("cat", files() + "/status");
  }

  private void isServed() {
    assertThat(read().start().endWithin(RESTART).well().out()).contains("Pool cpu");
  }

  private void areThree() {
    Until.holds(
        "daemon, supervisor and keeper",
        () ->
            Stream.of(dibs.daemon(), dibs.supervisor(), dibs.keeper())
                .allMatch(OptionalLong::isPresent));
  }

  @Test
  void statusSaysWhereItIs() {
    assertThat(status("files")).isEqualTo(files().toString());
    isServed();
  }

  @ParameterizedTest
  @EnumSource
  void whoeverOfThemIsKilledItIsServed(Victims victims) {
    areThree();
    assertThat(Processes.signalAll("KILL", victims.of(dibs))).isTrue();
    isServed();
    assertThat(dibs.dibs("run", "--", "true").end().well().err()).isEmpty();
  }

  @Test
  void oneAfterTheOtherMayBeKilledAgainAndAgain() {
    String mounted = dibs.plain("stat", "-c", "%d", files().toString()).end().well().out();
    for (int i = 0; i < 3; i++) {
      for (Victims victims :
          List.of(Victims.KEEPER, Victims.SUPERVISOR, Victims.DAEMON_AND_SUPERVISOR)) {
        areThree();
        Processes.signalAll("KILL", victims.of(dibs));
        isServed();
      }
    }
    assertThat(dibs.plain("stat", "-c", "%d", files().toString()).end().well().out())
        .as("still the same mount")
        .isEqualTo(mounted);
  }

  @Test
  void whoLooksAtItNeverWaitsForLongerThanARestart() {
    DaemonKiller killer = new DaemonKiller(dibs);
    List<Command> looks =
        List.of(
            dibs.plain("df", files().toString()),
            dibs.plain("ls", "-lR", files().toString()),
            dibs.plain("cat", files() + "/status", files() + "/status.json"));
    int kills = 0;
    while (kills < 6) {
      kills += killer.killDaemon() ? 1 : 0;
      for (Command look : looks) {
        look.start().endWithin(RESTART).well();
      }
    }
  }

  @Test
  void whoHasAFileOpenReadsOn() {
    Running reader =
        dibs.plain("sh", "-c", "exec <\"$0\"/status; echo open; cat", files().toString())
            .piped()
            .start()
            .says("open");
    Processes.signal("KILL", dibs.daemon().orElseThrow());
    assertThat(reader.endWithin(RESTART).well().out()).contains("Pool cpu");
  }

  /** Opens a claim, says what it reads from it, and holds it until its input ends. */
  private Running opener() {
    String script =
        "exec 9<>\"$0\"/run/1 && read -r answer <&9 && echo \"got $answer\" && exec cat";
    return dibs.plain("sh", "-c", script, files().toString()).piped().start();
  }

  private void waitsOne() {
    Until.holds(
        "a waiter",
        () -> {
          String json = dibs.dibs("status", "--json").end().well().out();
          return "1".equals(Json.scalars(json).get("/pools/0/waiting"));
        });
  }

  private void isFull() {
    dibs.dibs("job", "-n", "--", "true").end().with(75);
  }

  @ParameterizedTest
  @EnumSource
  void whoWaitsInOpenIsServedByTheNextDaemon(Victims victims) {
    Running one = opener().says("got ok 1");
    Running two = opener().says("got ok 1");
    Running waiter = opener();
    waitsOne();
    areThree();
    Processes.signalAll("KILL", victims.of(dibs));
    isFull();
    one.kill();
    waiter.says("got ok 1");
    isFull();
    waiter.kill();
    two.kill();
    Until.holds(
        "two free slots",
        () -> dibs.dibs("job", "-n", "--slots", "2", "--", "true").end().status() == 0);
  }

  @Test
  void whoWaitsInOpenHasAnErrorWhenItIsGivenUp() {
    Running one = opener().says("got ok 1");
    Running two = opener().says("got ok 1");
    Running waiter = opener();
    waitsOne();
    dibs.killAllOfTheDaemon();
    assertThat(waiter.endWithin(AT_ONCE).status()).isNotZero();
    one.kill();
    two.kill();
  }

  @Test
  void stopSaysWhoseFilesFailAndTheyDoAtOnce() {
    Running holder = opener().says("got ok 1");
    assertThat(dibs.dibs("stop").end().with(1).out()).contains("not stopped");
    assertThat(dibs.dibs("stop", "--force").end().well().out())
        .contains("fail now", "(pid " + holder.pid() + ")");
    assertThat(read().start().endWithin(AT_ONCE).status()).isNotZero();
    holder.closeInput();
    holder.end().well();
  }

  @Test
  void aDaemonThatWasStoppedServesAgain() {
    Processes.signal("STOP", dibs.daemon().orElseThrow());
    isServed();
  }

  @Test
  void whenTheSupervisorGivesUpThereIsAnErrorAtOnce() {
    Running waiting =
        dibs.plain("sh", "-c", "while :; do cat \"$0\"/status || exit 7; done", files().toString())
            .start();
    dibs.killUntilGivenUp();
    waiting.endWithin(AT_ONCE).with(7);
    Until.holds("the end of all others", () -> dibs.inThisWorld().isEmpty());
    assertThat(isMounted()).isFalse();
  }

  @Test
  void whenAllThreeAreKilledThereIsAnErrorAtOnce() {
    dibs.killAllOfTheDaemon();
    Ended read = read().start().endWithin(AT_ONCE);
    // The second one if the last thread that had the device open is about to end.
    assertThat(read.with(1).err()).containsAnyOf("not connected", "connection abort");
  }

  @Test
  void whatADeadWorldLeftIsRemovedByTheNext() {
    dibs.killAllOfTheDaemon();
    assertThat(isMounted()).isTrue();
    dibs.startedDaemon();
    isServed();
    assertThat(Mounts.below(dibs.directory())).hasSize(1);
  }

  @Test
  void stopLeavesNothing() {
    dibs.dibs("stop").end().well();
    assertThat(dibs.inThisWorld()).isEmpty();
    assertThat(isMounted()).isFalse();
  }

  @Test
  void stopLeavesNothingAfterTheKeeperTookOver() {
    areThree();
    Processes.signal("KILL", dibs.supervisor().orElseThrow());
    areThree();
    dibs.dibs("stop").end().well();
    assertThat(dibs.inThisWorld()).isEmpty();
    assertThat(isMounted()).isFalse();
  }

  @Test
  void aSignalLeavesNothing() {
    Processes.signal("TERM", dibs.supervisor().orElseThrow());
    Until.holds("their end", () -> dibs.inThisWorld().isEmpty());
    assertThat(isMounted()).isFalse();
  }

  @Test
  void anIdleDaemonLeavesNothing() {
    dibs.dibs("stop").end().well();
    String isMounted = "grep -q \" $DIBS_DIR/fs \" /proc/self/mountinfo";
    dibs.runScript(isMounted).with("DIBS_IDLE_SECONDS", "1").end().well();
    Until.holds("its end", () -> dibs.inThisWorld().isEmpty());
    assertThat(isMounted()).isFalse();
  }

  @Test
  void aShellThatStandsInItIsNoHurdle() {
    Running shell =
        dibs.plain("sh", "-c", "cd \"$0\" && echo there && exec cat", files().toString())
            .piped()
            .start()
            .says("there");
    dibs.dibs("stop").end().well();
    assertThat(isMounted()).isFalse();
    dibs.startedDaemon();
    isServed();
    shell.closeInput();
    shell.end().well();
  }

  @Test
  void aPrivatePoolHasOneAndLeavesNothing() {
    String script = "grep -c \" $DIBS_DIR/fs \" /proc/self/mountinfo; echo \"$DIBS_DIR\"";
    List<String> said =
        dibs.dibs("run", "--private", "-j2", "--", "sh", "-c", script)
            .end()
            .well()
            .out()
            .lines()
            .toList();
    assertThat(said).hasSize(2).startsWith("1");
    Path directory = Path.of(said.get(1));
    Until.holds("the end of " + directory, () -> !directory.toFile().exists());
    assertThat(Mounts.below(directory)).isEmpty();
  }

  @Test
  void whoeverUnmountsItIsTold() {
    dibs.plain("umount", "-l", files().toString()).end().well();
    Until.holds("a reason", () -> missing().contains("somebody unmounted it"));
    assertThat(dibs.dibs("run", "--", "echo", "ran").end().well().out()).isEqualTo("ran\n");
  }

  @ParameterizedTest
  @EnumSource(Lack.class)
  void withoutItBuildsRunAndTheReasonIsSaid(Lack lack) {
    dibs.dibs("stop").end().well();
    Build.MAKE
        .prepare(dibs, "b")
        .withDibs()
        .meeting(2)
        .with("DIBS_ENDPOINT", lack.endpoint)
        .end()
        .well();
    assertThat(dibs.count().peak()).isEqualTo(2);
    assertThat(missing()).contains(lack.reason);
    assertThat(isMounted()).isFalse();
    Processes.signal("KILL", dibs.daemon().orElseThrow());
    assertThat(dibs.dibs("run", "--", "true").end().well().err()).isEmpty();
    assertThat(missing()).contains(lack.reason);
  }

  /** Why there may be none. */
  enum Lack {
    WISH("fifo", "DIBS_ENDPOINT=fifo"),
    OLD_KERNEL("as-if-old-kernel", "Linux 6.9");

    private final String endpoint;
    private final String reason;

    Lack(String endpoint, String reason) {
      this.endpoint = endpoint;
      this.reason = reason;
    }
  }

  @Test
  void itTakesNoMemoryToSpeakOf() {
    for (int i = 0; i < 200; i++) {
      isServed();
    }
    long kib =
        Texts.read(Path.of("/proc", dibs.daemon().orElseThrow() + "", "status"))
            .lines()
            .filter(line -> line.startsWith("VmHWM:"))
            .flatMapToLong(line -> LongStream.of(Long.parseLong(line.replaceAll("[^0-9]", ""))))
            .findFirst()
            .orElseThrow();
    assertThat(kib).isLessThan(96 * 1024);
  }
}
