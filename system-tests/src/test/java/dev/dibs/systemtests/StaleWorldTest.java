package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What earlier daemons left behind, and daemons that are none. */
@Waiting("a daemon that answers nothing is given five seconds")
class StaleWorldTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  @Test
  void staleFifosAreNoHurdle() {
    leaveBehind("999999999 1 0.1.0");
    worksAsEver();
  }

  @Test
  void aStaleFileThatNamesAForeignProcessIsNoHurdle() {
    leaveBehind(dibs.plain("sleep", "1000").start().pid() + " 1 0.1.0");
    dibs.dibs("run", "--", "echo", "ran").start().endWithin(BOUND).well();
  }

  @Test
  void anEmptyFileOfTheDaemonIsNoHurdle() {
    leaveBehind("");
    dibs.dibs("run", "--", "echo", "ran").start().endWithin(BOUND).well();
  }

  @Test
  void theLeftoversOfAKilledDaemonAreNoHurdle() {
    for (int i = 0; i < 6; i++) {
      assertThat(dibs.dibs("run", "--", "true").end().well().err()).isEmpty();
      Processes.signal("KILL", dibs.supervisor().orElseThrow());
      Processes.signal("KILL", dibs.daemon().orElseThrow());
    }
    worksAsEver();
  }

  @Test
  void aDaemonThatAnswersNonsenseIsPassedBy() {
    fakeDaemon("1", "printf '\\377nonsense\\n' >\"$reply\"");
    runsAnyway();
  }

  @Test
  void aDaemonThatAnswersTooMuchIsPassedBy() {
    fakeDaemon("1", "head -c 100000 /dev/zero | tr '\\0' x >\"$reply\"");
    runsAnyway();
  }

  @Test
  void aDaemonThatAnswersNothingIsPassedBy() {
    fakeDaemon("1", ":");
    runsAnyway();
  }

  @Test
  void aDaemonOfAnotherVersionIsPassedBy() {
    fakeDaemon("99", "printf 'g 1 1 - 1 -\\n' >\"$reply\"");
    runsAnyway();
  }

  private void worksAsEver() {
    Build.MAKE.prepare(dibs, "b").withDibs("--quiet").meeting(2).end().well();
    assertThat(dibs.count().peak()).isEqualTo(2);
  }

  private void runsAnyway() {
    Ended run = dibs.dibs("run", "--", "echo", "ran").start().endWithin(BOUND);
    assertThat(run.well().out()).isEqualTo("ran\n");
    assertThat(run.err().lines()).hasSize(1).allMatch(line -> line.startsWith("dibs: "));
  }

  private void leaveBehind(String daemon) {
    Path r = Texts.folder(dibs.directory().resolve("r"));
    Path run = Texts.folder(dibs.directory().resolve("runs/1"));
    dibs.plain("chmod", "700", dibs.directory().toString()).end().well();
    dibs.plain("mkfifo", dibs.directory() + "/control", r + "/1", run + "/tokens", run + "/life")
        .end()
        .well();
    Texts.write(dibs.directory().resolve("daemon"), daemon + "\n");
  }

  /**
   * A process that holds the lock and the control FIFO, and does something for every line that it
   * reads.
   */
  private void fakeDaemon(String protocol, String answer) {
    leaveBehind("0 " + protocol + " 9.9.9");
    String script =
        """
        cd "$DIBS_DIR"
        exec 5<>control 6>lock
        flock 6
        echo "$$ PROTOCOL 9.9.9" >daemon
        echo ready
        while read -r line <&5; do
          for reply in r/*; do [ "$reply" = r/1 ] || { ANSWER; } & done
        done
        """;
    dibs.plain("sh", "-c", script.replace("PROTOCOL", protocol).replace("ANSWER", answer))
        .start()
        .says("ready");
  }
}
