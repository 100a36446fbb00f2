package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PidfdTest {

  private static final int SIGKILL = 9;
  private static final int WAIT_MS_MAX = 20_000;

  @Test
  void becomesReadableWhenItsProcessEnds() throws Exception {
    Process child = new ProcessBuilder("sleep", "1000").start();
    try (Pidfd pidfd = Pidfd.open((int) child.pid());
        Epoll epoll = Epoll.create(1)) {
      epoll.add(pidfd.descriptor(), Epoll.IN, child.pid());
      assertThat(pidfd.exited()).isFalse();
      assertThat(epoll.await(0)).isZero();

      assertThat(pidfd.signal(SIGKILL)).isTrue();
      assertThat(epoll.await(WAIT_MS_MAX)).isOne();
      assertThat(epoll.key(0)).isEqualTo(child.pid());
      assertThat(pidfd.exited()).isTrue();
      assertThat(child.waitFor()).isEqualTo(128 + SIGKILL);
      assertThat(pidfd.exited()).isTrue();
      assertThat(pidfd.signal(0)).as("reaped").isFalse();
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void holdsAProcessThatIsNoChildOfOurs() throws Exception {
    Process shell = new ProcessBuilder("sh", "-c", "sleep 1000 & echo $!; read x").start();
    try (BufferedReader output = shell.inputReader(StandardCharsets.UTF_8);
        Pidfd grandchild = Pidfd.open(Integer.parseInt(output.readLine()));
        Epoll epoll = Epoll.create(1)) {
      epoll.add(grandchild.descriptor(), Epoll.IN, 0);
      assertThat(epoll.await(0)).isZero();
      grandchild.signal(SIGKILL);
      assertThat(epoll.await(WAIT_MS_MAX)).isOne();
      assertThat(grandchild.exited()).isTrue();
    } finally {
      shell.destroyForcibly().waitFor();
    }
  }

  @Test
  void knowsHowAProcessEnded() throws Exception {
    Process shell = new ProcessBuilder("sh", "-c", "read x; exit 3").start();
    try (Pidfd pidfd = Pidfd.open((int) shell.pid())) {
      assertThat(pidfd.exitStatus()).isEmpty();
      assertThat(pidfd.killed(true)).as("lives").isFalse();
      shell.outputWriter().append("\n").close();
      shell.waitFor();
      assertThat(pidfd.exitStatus().orElse(3 << 8)).as("waited for").isEqualTo(3 << 8);
      assertThat(pidfd.killed(false)).isFalse();
    }
  }

  @Test
  void knowsHowAProcessEndedForWhichNobodyWaits() throws Exception {
    Process parent = new ProcessBuilder("sh", "-c", "sleep 1000 & echo $!; exec cat").start();
    try (BufferedReader output = parent.inputReader(StandardCharsets.UTF_8);
        Pidfd child = Pidfd.open(Integer.parseInt(output.readLine()))) {
      Children.awaitName((int) parent.pid(), "cat");
      child.signal(SIGKILL);
      Children.awaitEnd(child.pid());
      assertThat(child.exitStatus()).hasValue(SIGKILL);
      assertThat(child.killed(false)).isTrue();
    } finally {
      parent.destroyForcibly().waitFor();
    }
  }

  @Test
  void ofAProcessThatIsNotThereIsRefused() throws Exception {
    Process child = new ProcessBuilder("true").start();
    child.waitFor();
    assertRefused((int) child.pid(), Errno.ESRCH);
    assertRefused(Integer.MAX_VALUE, Errno.ESRCH);
    assertRefused(0, Errno.EINVAL);
    assertRefused(-1, Errno.EINVAL);
  }

  @Test
  void doesNotSignalWithAnUnknownSignal() throws IOException {
    try (Pidfd self = Pidfd.open(Self.pid())) {
      assertThat(self.exited()).isFalse();
      assertThat(self.signal(0)).isTrue();
      assertThatExceptionOfType(OsException.class)
          .isThrownBy(() -> self.signal(999))
          .withMessageStartingWith("pidfd_send_signal pid " + Self.pid() + ": invalid argument");
    }
  }

  private static void assertRefused(int pid, Errno errno) {
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> Pidfd.open(pid).close())
        .withMessageStartingWith("pidfd_open pid " + pid + ": ")
        .matches(e -> e.is(errno), errno.toString());
  }
}
