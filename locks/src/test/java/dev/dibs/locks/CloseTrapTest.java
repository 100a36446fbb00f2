package dev.dibs.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kernel locks of a process on a file are lost when it closes any descriptor of that file. Nobody
 * opens {@code ranges}, so whatever else is opened and closed in the directory does no harm.
 */
class CloseTrapTest {

  @TempDir Path directory;

  @Test
  void whatOthersOpenAndCloseInTheDirectoryFreesNoLock() throws Exception {
    try (Locks locks = ProcessLocks.in(directory);
        HeldLocks held = locks.acquire(LockRequest.exclusive("a"));
        ChildJvm child = child()) {
      openAndCloseAll(List.of("mechanism", "fence", "holders"));
      ProcessLocks.in(directory).close();
      LockDirectory.open(directory).nextFence();
      try (Locks others = ProcessLocks.in(directory)) {
        others.acquire(LockRequest.exclusive("b")).close();
      }
      assertThat(child.ask("take EXCLUSIVE 0 a")).isEqualTo("not");
      assertThat(held.names()).containsExactly("a");
    }
  }

  @Test
  void theDirectoryHasNoOtherFilesThatSomebodyMightOpen() throws Exception {
    try (Locks locks = ProcessLocks.in(directory);
        HeldLocks held = locks.acquire(LockRequest.exclusive("a"));
        Stream<Path> files = Files.list(directory)) {
      assertThat(held.names()).containsExactly("a");
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("mechanism", "fence", "holders", "ranges", "turns");
    }
  }

  /** The canary: if this finds nothing, the tests above show nothing. */
  @Test
  void whoeverOpensAndClosesRangesFreesAllLocks() throws Exception {
    try (Locks locks = ProcessLocks.in(directory);
        HeldLocks held = locks.acquire(LockRequest.exclusive("a"));
        ChildJvm child = child()) {
      openAndCloseAll(List.of("ranges"));
      assertThat(child.ask("take EXCLUSIVE 0 a")).startsWith("held");
      assertThat(held.names()).containsExactly("a");
    }
  }

  private ChildJvm child() {
    return LockChild.start(LocksFactory.OfDirectory.class, directory.toString());
  }

  private void openAndCloseAll(List<String> names) throws IOException {
    for (String name : names) {
      assertThat(Files.readAllBytes(directory.resolve(name))).isNotNull();
    }
  }
}
