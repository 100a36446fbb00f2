package dev.dibs.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.host.InstanceLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElectionTest {

  @TempDir Path directory;

  @Test
  void oneIsElectedAtATime() throws Exception {
    try (Election first = Election.won(directory).orElseThrow()) {
      assertThat(first).isNotNull();
      assertThat(anotherIsElected()).isFalse();
    }
    assertThat(anotherIsElected()).isTrue();
  }

  @Test
  void besideAnOlderDaemonNobodyIsElected() throws Exception {
    try (InstanceLock older = InstanceLock.tryTake(directory).orElseThrow()) {
      assertThat(older).isNotNull();
      assertThat(anotherIsElected()).isFalse();
    }
    assertThat(anotherIsElected()).isTrue();
  }

  @Test
  void anOlderDaemonIsKeptOut() throws Exception {
    try (Election election = Election.won(directory).orElseThrow()) {
      assertThat(election).isNotNull();
      assertThat(InstanceLock.tryTake(directory)).isEmpty();
    }
  }

  @Test
  void whatOthersCloseInTheDirectoryEndsNoTerm() throws Exception {
    try (Election election = Election.won(directory).orElseThrow()) {
      assertThat(election).isNotNull();
      assertThat(Files.readAllBytes(directory.resolve("lock"))).isEmpty();
      Files.createDirectory(directory.resolve("locks"));
      Files.write(directory.resolve("locks/ranges"), new byte[0]);
      Process other =
          new ProcessBuilder("flock", "-n", directory.resolve("lock").toString(), "true").start();
      assertThat(other.waitFor()).isOne();
      assertThat(anotherIsElected()).isFalse();
    }
  }

  /** By another thread, for to the same one it is granted again. */
  private boolean anotherIsElected() throws Exception {
    FutureTask<Boolean> other =
        new FutureTask<>(
            () -> {
              var election = Election.won(directory);
              election.ifPresent(Election::close);
              return election.isPresent();
            });
    Thread.ofPlatform().daemon().start(other);
    return other.get();
  }
}
