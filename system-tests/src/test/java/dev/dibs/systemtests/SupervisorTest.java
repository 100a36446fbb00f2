package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever of dibs is killed: what runs is known to the next daemon, and who waits is served. */
class SupervisorTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  private long supervisor() {
    return dibs.supervisor().orElseThrow(() -> new AssertionError("no supervisor"));
  }

  /** Blocks until the next daemon serves. */
  private void killDaemon() {
    long killed = dibs.daemon().orElseThrow();
    Processes.signal("KILL", killed);
    Until.holds("a new daemon", () -> dibs.daemon().orElse(killed) != killed);
  }

  private Path claims() {
    return dibs.directory().resolve("claims");
  }

  private void isFull() {
    assertThat(dibs.dibs("job", "-n", "--", "true").end().with(75).err()).contains("2 of 2 in use");
  }

  private void isFree() {
    dibs.dibs("job", "-n", "--slots", "2", "--", "true").end().well();
  }

  @Test
  void aKilledDaemonIsStartedAgainThoughNobodyAsks() {
    dibs.startedDaemon();
    killDaemon();
    assertThat(dibs.dibs("status").end().well().err()).isEmpty();
  }

  @Test
  void whatIsHeldIsKnownToTheNextDaemon() {
    Running run = dibs.holder("-j1", "--name", "kept");
    Running job = dibs.jobHolder();
    killDaemon();
    isFull();
    assertThat(dibs.dibs("status").end().well().out()).contains("kept", "cat");
    run.closeInput();
    run.end().well();
    job.closeInput();
    job.end().well();
    isFree();
  }

  @Test
  void whatIsHeldIsKnownAfterADeathOfAll() {
    Running run = dibs.holder("-j1");
    Running job = dibs.jobHolder();
    dibs.killAllOfTheDaemon();
    isFull();
    run.kill();
    job.kill();
    Until.holds(
        "two free slots",
        () -> dibs.dibs("job", "-n", "--slots", "2", "--", "true").end().status() == 0);
  }

  @Test
  void tokensInHandsAreKnownToTheNextDaemon() {
    Running build =
        Build.MAKE.prepare(dibs, "b").withDibs().with("COUNTED_WAIT_MS", "3000").start();
    Until.holds("two jobs", () -> dibs.count().running() == 2);
    killDaemon();
    isFull();
    build.killAll();
  }

  @Test
  void whoDiedMeanwhileHoldsNothing() {
    Running run = dibs.holder();
    Running job = dibs.jobHolder();
    dibs.killAllOfTheDaemon();
    run.kill();
    job.kill();
    isFree();
  }

  @Test
  void whatARunLeftBehindIsKnownToTheNextDaemon() {
    Running left = dibs.runScript("(while :; do :; done) >/dev/null & echo $!; exec true").start();
    long loop = Long.parseLong(left.end().well().out().strip());
    try {
      killDaemon();
      assertThat(dibs.dibs("status").end().well().out()).contains("leftover");
    } finally {
      Processes.signal("KILL", loop);
    }
    Until.holds("nothing", () -> dibs.dibs("status").end().out().contains("Nothing runs"));
  }

  @Test
  void aMemberStaysAMember() {
    Running run =
        dibs.runScript("echo ready; read go; dibs run -n -- echo covered && read end")
            .piped()
            .start()
            .says("ready");
    Running job = dibs.jobHolder();
    killDaemon();
    run.say("go");
    run.says("covered");
    killDaemon();
    isFull();
    run.closeInput();
    job.closeInput();
    job.end().well();
  }

  @Test
  void aWaiterIsServedSoonAfterTheDeathOfTheDaemon() {
    Running one = dibs.holder("-j1");
    Running two = dibs.holder("-j1");
    Running waiter = dibs.dibs("run", "--", "echo", "served").start();
    Until.holds("a waiter", () -> dibs.dibs("status").end().out().contains("echo served"));
    long killed = dibs.daemon().orElseThrow();
    Processes.signal("KILL", killed);
    one.closeInput();
    assertThat(waiter.endWithin(Duration.ofSeconds(15)).well().out()).isEqualTo("served\n");
    assertThat(waiter.end().err()).doesNotContain("without dibs");
    two.closeInput();
  }

  @Test
  void aRequestWhoseAnswerWasLostIsAnsweredFromTheRecord() {
    dibs.startedDaemon();
    Running asker =
        dibs.plain(
                "sh",
                "-c",
                """
                cd "$DIBS_DIR"
                mkfifo r/$$
                exec 4<>r/$$
                printf '\\njob\\0371\\037pid=%s\\n' $$ >control
                read -r g first rest <&4
                echo granted
                read killed
                mkfifo r/$$
                exec 4<>r/$$
                printf '\\njob\\0371\\037pid=%s\\037again=1\\n' $$ >control
                read -r g second rest <&4
                [ "$first" = "$second" ] && echo the same
                read end
                """)
            .piped()
            .start()
            .says("granted");
    killDaemon();
    asker.say("killed");
    asker.says("the same");
    dibs.dibs("job", "-n", "--", "true").end().well();
    asker.closeInput();
    asker.end();
    isFree();
  }

  @Test
  void aJobThatTheNextDaemonTookOverSharesItsSlotsOverTheSocket() {
    Tool.PYTHON.require();
    String client =
        """
        import os, socket
        s = socket.socket(socket.AF_UNIX)
        s.connect(os.environ["DIBS"] + "/socket")
        s.sendall(b"++")
        print("got", (s.recv(1) + s.recv(1)).decode())
        """;
    String script = "echo ready; read killed; exec python3 -c \"$0\"";
    Running job =
        dibs.dibs("job", "--slots", "2", "--", "sh", "-c", script, client)
            .piped()
            .start()
            .says("ready");
    killDaemon();
    job.say("killed");
    assertThat(job.end().well().out()).contains("got ++");
  }

  @Test
  void withoutItsSupervisorADaemonServesOn() {
    long daemon = dibs.startedDaemon();
    Processes.signal("KILL", supervisor());
    dibs.dibs("run", "--", "true").end().well();
    assertThat(dibs.daemon()).hasValue(daemon);
    assertThat(dibs.dibs("stop").end().well().out()).isEqualTo("dibs: stopped.\n");
  }

  @Test
  void stopEndsAll() {
    dibs.startedDaemon();
    dibs.dibs("stop").end().well();
    assertThat(dibs.inThisWorld()).isEmpty();
  }

  @Test
  void aSignalToTheSupervisorEndsAll() {
    dibs.startedDaemon();
    Processes.signal("TERM", supervisor());
    Until.holds("their end", () -> dibs.inThisWorld().isEmpty());
    assertThat(dibs.directory().resolve("daemon")).doesNotExist();
  }

  @Test
  void afterQuickDeathsItGivesUpAndBuildsRunOnWithoutDibs() {
    Running one = dibs.holder("-j1");
    Running two = dibs.holder("-j1");
    Running waiter = dibs.dibs("run", "--", "echo", "ran").start();
    Until.holds("a waiter", () -> dibs.dibs("status").end().out().contains("echo ran"));
    dibs.killUntilGivenUp();
    Ended waited = waiter.endWithin(Duration.ofSeconds(15)).well();
    assertThat(waited.err().lines().filter(line -> line.contains("without dibs"))).hasSize(1);
    Ended run = dibs.dibs("run", "--", "echo", "ran").end().well();
    assertThat(run.err().lines().toList())
        .hasSize(1)
        .allMatch(line -> line.contains("died 5 times in a row") && line.contains("dibs stop"));
    one.closeInput();
    one.end().well();
    two.closeInput();
    two.end().well();
    dibs.dibs("stop").end().well();
    assertThat(dibs.dibs("run", "--", "echo", "ran").end().well().err()).isEmpty();
    assertThat(dibs.daemon()).isPresent();
  }

  @Test
  void damagedRecordsAreNoHurdle() throws IOException {
    for (byte[] damage :
        List.of(new byte[0], "garbage".repeat(5_000).getBytes(StandardCharsets.UTF_8))) {
      Running run = dibs.holder();
      dibs.killAllOfTheDaemon();
      Files.write(claims(), damage);
      assertThat(dibs.dibs("run", "--", "true").end().well().err()).isEmpty();
      run.closeInput();
      run.end().well();
      isFree();
    }
  }

  @Test
  void recordsOfAnotherBootAreVoid() throws IOException {
    Running run = dibs.holder();
    dibs.killAllOfTheDaemon();
    byte[] bytes = Files.readAllBytes(claims());
    bytes[20] ^= 1;
    Files.write(claims(), bytes, StandardOpenOption.TRUNCATE_EXISTING);
    assertThat(dibs.dibs("run", "--", "true").end().well().err()).isEmpty();
    run.closeInput();
    run.end().well();
  }

  @Test
  void recordsThatCanNotBeWrittenAreNoHurdle() throws IOException {
    dibs.startedDaemon();
    dibs.killAllOfTheDaemon();
    Files.delete(claims());
    Texts.folder(claims());
    assertThat(dibs.dibs("run", "--", "true").end().well().err()).isEmpty();
  }
}
