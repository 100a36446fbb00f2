package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangesOfProcessTest {

  private static final long FAR = (1L << 62) + 2;

  @TempDir Path directory;
  private final Children children = new Children();

  @AfterEach
  void endChildren() throws Exception {
    children.end();
  }

  private Path file() {
    return directory.resolve("ranges");
  }

  private Process holder(String... how) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                RangeHolder.class.getName(),
                file().toString(),
                Long.toString(FAR)));
    command.addAll(List.of(how));
    Process child =
        children.start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
    assertThat(child.inputReader().readLine()).isEqualTo("held");
    return child;
  }

  @ParameterizedTest
  @ValueSource(strings = {"process", "description"})
  void aProcessHasWhatItLockedEitherWayUntilItIsKilled(String kind) throws Exception {
    Process child = holder("exclusive", kind);
    int pid = Children.pid(child);
    assertThat(RangesOfProcess.has(pid, file(), FAR)).isTrue();
    assertThat(RangesOfProcess.has(pid, file(), FAR - 2)).isFalse();
    assertThat(RangesOfProcess.has(pid, Files.createFile(directory.resolve("turns")), FAR))
        .as("another file")
        .isFalse();
    assertThat(RangesOfProcess.has((int) ProcessHandle.current().pid(), file(), FAR)).isFalse();
    child.destroyForcibly().waitFor();
    assertThat(RangesOfProcess.has(pid, file(), FAR)).isFalse();
  }

  /** Every daemon has its names by a description that its supervisor opened. */
  @Test
  void whoInheritsADescriptionHasWhatItLocked() throws Exception {
    String lock =
        """
        import fcntl, os, struct, sys
        f = open(sys.argv[1], 'w+b')
        F_OFD_SETLK = 37
        fcntl.fcntl(f, F_OFD_SETLK, struct.pack('hhqqi', fcntl.F_WRLCK, 0, %d, 2, 0))
        os.set_inheritable(f.fileno(), True)
        os.execvp('sh', ['sh', '-c', 'sleep 1000 & echo $!; exec sleep 1000'])
        """
            .formatted(FAR);
    Process first = children.start("python3", "-c", lock, file().toString());
    int heir = Integer.parseInt(first.inputReader().readLine());
    assertThat(RangesOfProcess.has(heir, file(), FAR)).isTrue();
    first.destroyForcibly().waitFor();
    assertThat(RangesOfProcess.has(heir, file(), FAR)).isTrue();
    ProcessHandle.of(heir).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void whatADescriptionHasIsToldByItsModes() throws Exception {
    try (OfdLocks mine = OfdLocks.open(file());
        OfdLocks other = OfdLocks.open(file())) {
      assertThat(RangesOfProcess.ofDescription(mine.number())).isEmpty();
      assertThat(mine.tryLock(FAR, 2, true)).isTrue();
      assertThat(mine.tryLock(10, 2, false)).isTrue();
      assertThat(other.tryLock(20, 2, false)).isTrue();
      assertThat(RangesOfProcess.ofDescription(mine.number()))
          .containsExactlyInAnyOrder(
              new RangesOfProcess.Range(10, false), new RangesOfProcess.Range(FAR, true));
      mine.unlock(10, 2);
      assertThat(RangesOfProcess.ofDescription(mine.number()))
          .containsExactly(new RangesOfProcess.Range(FAR, true));
    }
  }

  @Test
  void ofWhoIsGoneAndOfNoDescriptorNothingIsSeen() throws Exception {
    assertThat(RangesOfProcess.has(children.gone(), file(), FAR)).isFalse();
    assertThat(RangesOfProcess.ofDescription(4000)).isEmpty();
  }
}
