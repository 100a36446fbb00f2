package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PriorityTest {

  private static final int POLICY_FIELD = 41 - 3;

  private final Children children = new Children();

  @AfterEach
  void endChildren() throws Exception {
    children.end();
  }

  @Test
  void idleCpuHoldsForWhatTheProcessStarts() throws Exception {
    Process shell = children.start("sh", "-c", "read x; cat /proc/self/stat; read x");
    Priority.idleCpu(Children.pid(shell));
    shell.outputWriter().append("\n").flush();
    assertThat(policy(shell.inputReader().readLine())).isEqualTo("5");
  }

  @Test
  void idleDiskIsWhatTheSystemsOwnProgramCallsIdle() throws Exception {
    Process child = children.start("sleep", "1000");
    Priority.idleDisk(Children.pid(child));
    Process ionice = children.start("ionice", "-p", Long.toString(child.pid()));
    assertThat(ionice.inputReader().readLine()).isEqualTo("idle");
  }

  @Test
  void theScoreIsRaisedAndNeverLowered() throws Exception {
    int child = Children.pid(children.start("sleep", "1000"));
    Priority.endBeforeOthers(child, 500);
    assertThat(score(child)).isEqualTo(500);
    Priority.endBeforeOthers(child, 300);
    assertThat(score(child)).isEqualTo(500);
  }

  @Test
  void ofAProcessThatHasGoneIsRefused() throws Exception {
    int gone = children.gone();
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> Priority.idleCpu(gone))
        .matches(e -> e.is(Errno.ESRCH));
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> Priority.idleDisk(gone))
        .matches(e -> e.is(Errno.ESRCH));
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> Priority.endBeforeOthers(gone, 500));
  }

  private static String policy(String stat) {
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[POLICY_FIELD];
  }

  private static int score(int pid) throws IOException {
    return Integer.parseInt(Files.readString(Path.of("/proc/" + pid + "/oom_score_adj")).strip());
  }
}
