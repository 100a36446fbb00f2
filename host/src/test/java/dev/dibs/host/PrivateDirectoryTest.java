package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dibs.host.DirectoryRefusedException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateDirectoryTest {

  private final Path parent;

  PrivateDirectoryTest(@TempDir Path parent) {
    this.parent = parent;
  }

  @Test
  void isMadeOnceForItsOwnerOnly() throws IOException {
    Path directory = parent.resolve("dibs");
    int before = Self.umask(0);
    try {
      PrivateDirectory.ensure(directory);
    } finally {
      assertThat(Self.umask(before)).isZero();
    }
    PrivateDirectory.ensure(directory);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
  }

  @Test
  void isRefusedIfOthersMayLookIn() throws IOException {
    Path directory = Files.createDirectory(parent.resolve("open"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));
    assertRefused(directory, Reason.WRONG_MODE, "its mode is 0750, not 0700");
  }

  @Test
  void isRefusedIfItIsSomethingElse() throws IOException {
    Path real = parent.resolve("real");
    PrivateDirectory.ensure(real);
    Path link = Files.createSymbolicLink(parent.resolve("link"), real);
    Path file = Files.createFile(parent.resolve("file"));
    assertRefused(link, Reason.NOT_A_DIRECTORY, "it is a symbolic link");
    assertRefused(file, Reason.NOT_A_DIRECTORY, "it is not a directory");
  }

  @Test
  void isRefusedIfItBelongsToAnother() throws IOException {
    assumeTrue(Self.effectiveUid() == 0, "only root can give a directory away");
    Path directory = parent.resolve("foreign");
    PrivateDirectory.ensure(directory);
    Files.setAttribute(directory, "unix:uid", 12345);
    assertRefused(directory, Reason.FOREIGN, "it belongs to user 12345, and we are 0");
  }

  @Test
  void isRefusedIfItCannotBeMade() throws IOException {
    Path missing = parent.resolve("missing/dibs");
    Path belowFile = Files.createFile(parent.resolve("file")).resolve("dibs");
    assertRefused(missing, Reason.OUT_OF_REACH, "no such file (ENOENT 2)");
    assertRefused(belowFile, Reason.OUT_OF_REACH, "not a directory (ENOTDIR 20)");
    assertRefused(Path.of("/proc/dibs"), Reason.OUT_OF_REACH, "mkdir /proc/dibs: no such file");
  }

  @Test
  void isRefusedIfItsPathIsTooLong() {
    Path deep = parent.resolve("x".repeat(PrivateDirectory.PATH_BYTES_MAX));
    assertRefused(deep, Reason.TOO_LONG, "more than " + PrivateDirectory.PATH_BYTES_MAX);
  }

  @Test
  void ofTheUserIsChosenByRule() throws IOException {
    int uid = Self.effectiveUid();
    assertThat(choose(Map.of("DIBS", "/a", "DIBS_DIR", "/b"), uid)).isEqualTo(Path.of("/a"));
    assertThat(choose(Map.of("DIBS", "", "DIBS_DIR", "/b"), uid)).isEqualTo(Path.of("/b"));
    assertThat(choose(Map.of("DIBS_DIR", "b"), uid)).isEqualTo(Path.of("b").toAbsolutePath());
    assertThat(choose(Map.of("XDG_RUNTIME_DIR", "/c"), uid)).isEqualTo(parent.resolve("dibs"));
    assertThat(choose(Map.of(), uid + 1)).isEqualTo(Path.of("/tmp/dibs-" + (uid + 1)));
    assertThat(RuntimeDirectory.choose(Map.of(), 12345)).isEqualTo(Path.of("/tmp/dibs-12345"));
  }

  private Path choose(Map<String, String> environment, int uid) {
    return RuntimeDirectory.choose(environment, uid, parent);
  }

  private static void assertRefused(Path directory, Reason reason, String why) {
    assertThatExceptionOfType(DirectoryRefusedException.class)
        .isThrownBy(() -> PrivateDirectory.ensure(directory))
        .withMessageStartingWith("Directory " + directory + " refused: ")
        .withMessageContaining(why)
        .matches(e -> e.reason() == reason, reason.toString());
  }
}
