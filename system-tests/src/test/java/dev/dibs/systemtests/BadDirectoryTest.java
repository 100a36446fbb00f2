package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Directories in which no daemon can live: one line, and the build builds; with --strict it does
 * not.
 */
class BadDirectoryTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final int NOBODY = 65534;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  @Test
  void oneThatCanNotBeMade() {
    runsWithOneLine("/proc/no/such/place");
  }

  @Test
  void oneThatIsAFile() {
    runsWithOneLine(Texts.write(dibs.folder().resolve("file"), "").toString());
  }

  @Test
  void oneWithATooLongName() {
    runsWithOneLine(dibs.folder() + "/x".repeat(2500));
    runsWithOneLine(dibs.folder() + "/" + "x".repeat(300));
  }

  @Test
  void oneThatBelongsToSomebodyElse() throws IOException {
    runsWithOneLine(foreign().toString());
  }

  @Test
  void oneOnAFullDisk() {
    String script =
        """
        mount -t tmpfs -o size=64k,nr_inodes=1,mode=0700 none "$DIBS_DIR" || exit 99
        exec dibs run -- echo ran
        """;
    Texts.folder(dibs.directory());
    Ended run = dibs.plain("unshare", "-m", "sh", "-c", script).start().endWithin(BOUND);
    assumeTrue(run.status() != 1 && run.status() != 99, "missing: the right to mount");
    assertThat(run.well().out()).isEqualTo("ran\n");
    assertThat(run.err()).startsWith("dibs: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "it's", "$HOME", "a;b", "ä", "*"})
  void anyNameIsGood(String name) {
    Build.MAKE.prepare(dibs, "b");
    String directory = dibs.folder().resolve(name).toString();
    Ended make =
        dibs.dibs("run", "--quiet", "--", "make", "-C", "b", "-j99")
            .with("DIBS_DIR", directory)
            .meeting(2)
            .end()
            .well();
    assertThat(make.err()).isEmpty();
    assertThat(dibs.count().peak()).isEqualTo(2);
    dibs.dibs("stop", "--force").with("DIBS_DIR", directory).end().well();
  }

  @Test
  void oneThatOthersMayEnterIsClosedOrRefused() throws IOException {
    Texts.folder(dibs.directory());
    Files.setPosixFilePermissions(dibs.directory(), PosixFilePermissions.fromString("rwxrwxrwx"));
    dibs.dibs("run", "--", "true").end().well();
    boolean refused = dibs.daemon().isEmpty();
    assertThat(refused || Files.getPosixFilePermissions(dibs.directory()).size() == 3).isTrue();
  }

  /**
   * A shell that reads a script and a part of it needs descriptors up to 12; with fewer no shell
   * script can start.
   */
  @ParameterizedTest
  @ValueSource(ints = {16, 20})
  void fewDescriptors(int limit) {
    String script = "ulimit -n " + limit + "; exec dibs run -- echo ran";
    assertThat(dibs.plain("sh", "-c", script).start().endWithin(BOUND).well().out())
        .isEqualTo("ran\n");
    dibs.startedDaemon();
    assertThat(dibs.plain("sh", "-c", script).start().endWithin(BOUND).well().out())
        .isEqualTo("ran\n");
  }

  private void runsWithOneLine(String directory) {
    Ended run =
        dibs.dibs("run", "--", "echo", "ran").with("DIBS_DIR", directory).start().endWithin(BOUND);
    assertThat(run.well().out()).isEqualTo("ran\n");
    assertThat(run.err().lines()).hasSize(1).allMatch(line -> line.startsWith("dibs: "));
    Ended strict =
        dibs.dibs("run", "--strict", "--", "echo", "ran")
            .with("DIBS_DIR", directory)
            .start()
            .endWithin(BOUND);
    assertThat(strict.with(125).out()).isEmpty();
  }

  /** A folder that is not ours: root can give one away, others find theirs. */
  private Path foreign() throws IOException {
    if (!System.getProperty("user.name").equals("root")) {
      return Path.of("/");
    }
    Path folder = Texts.folder(dibs.folder().resolve("foreign"));
    Files.setAttribute(folder, "unix:uid", NOBODY);
    return folder;
  }
}
