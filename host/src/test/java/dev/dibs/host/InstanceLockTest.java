package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceLockTest {

  private static final int SIGKILL = 9;

  private final Path directory;
  private final Children children = new Children();

  InstanceLockTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @AfterEach
  void endChildren() throws Exception {
    children.end();
  }

  @Test
  void isHeldByOneAtATime() throws IOException {
    InstanceLock first = InstanceLock.tryTake(directory).orElseThrow();
    assertThat(InstanceLock.tryTake(directory)).isEmpty();
    Files.readAllBytes(directory.resolve("lock"));
    assertThat(InstanceLock.tryTake(directory)).as("after somebody read the file").isEmpty();
    first.close();
    first.close();
    try (InstanceLock second = InstanceLock.tryTake(directory).orElseThrow()) {
      assertThat(second).isNotNull();
    }
  }

  @Test
  void keepsOtherProcessesOut() throws Exception {
    try (InstanceLock lock = InstanceLock.tryTake(directory).orElseThrow()) {
      assertThat(lock).isNotNull();
      assertThat(children.start("flock", "-n", lockFile(), "true").waitFor()).isOne();
    }
    assertThat(children.start("flock", "-n", lockFile(), "true").waitFor()).isZero();
  }

  @Test
  void isFreeOnceItsHolderIsKilled() throws Exception {
    Process holder = children.start("flock", "-o", lockFile(), "sh", "-c", "echo; read x");
    assertThat(holder.getInputStream().read()).isEqualTo('\n');
    assertThat(InstanceLock.tryTake(directory)).isEmpty();
    try (Pidfd pidfd = Pidfd.open(Children.pid(holder))) {
      pidfd.signal(SIGKILL);
    }
    holder.waitFor();
    try (InstanceLock lock = InstanceLock.tryTake(directory).orElseThrow()) {
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void isNotTakenThroughALinkOrWithoutADirectory() throws IOException {
    Files.createSymbolicLink(directory.resolve("lock"), directory.resolve("elsewhere"));
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> InstanceLock.tryTake(directory))
        .matches(e -> e.is(Errno.ELOOP));
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> InstanceLock.tryTake(directory.resolve("missing")))
        .matches(e -> e.is(Errno.ENOENT));
  }

  private String lockFile() {
    return directory.resolve("lock").toString();
  }
}
