package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code dibs history}: what is known of jobs, kept from daemon to daemon. */
class HistoryTest {
  private static final String JOBS =
      """
      3\t0\t100:900 120:1000 110:950\tg++\tcompile\tsrc/a b.o
      1\t0\t2000:75000\tg++\tlink\tapp
      """;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  @Test
  void aDaemonIsStartedToTell() {
    assertThat(history().well().out()).startsWith("Nothing is known of any job yet");
    assertThat(dibs.daemon()).isPresent();
  }

  @Test
  void whatIsKnownIsShownLargestFirst() {
    known(JOBS);
    assertThat(history().well().out())
        .containsSubsequence("link", "2.0 GiB", "1 min", "2.5 GiB", "measured", "app")
        .containsSubsequence("compile", "3", "120 MiB", "1.0 s", "156 MiB", "src/a b.o");
    assertThat(history("g++/link").well().out()).contains("app").doesNotContain("a b.o");
  }

  @Test
  void programsReadItAsJson() {
    known(JOBS);
    Map<String, String> json = Json.scalars(history("--json", "g++/compile").well().out());
    assertThat(json)
        .containsEntry("/version", "1")
        .containsEntry("/jobs/0/target", "src/a b.o")
        .containsEntry("/jobs/0/last/1/peak_mib", "120")
        .containsEntry("/jobs/0/expected_mib", "156")
        .containsEntry("/jobs/0/basis", "measured")
        .containsEntry("/classes/0/jobs", "1")
        .doesNotContainKey("/jobs/1/target");
  }

  @Test
  void whatIsForgottenIsForgottenByTheNextDaemonToo() {
    known(JOBS);
    assertThat(history("--forget", "g++/compile/src/a b.o").well().out())
        .isEqualTo("1 job is forgotten.\n");
    dibs.dibs("stop").end().well();
    assertThat(Texts.read(file())).startsWith("dibs history 1 ").contains("app");
    assertThat(history().well().out()).contains("app").doesNotContain("a b.o");
  }

  @Test
  void aKeyThatNobodyKnowsIsSaidToBeNone() {
    known(JOBS);
    assertThat(history("--forget", "g").with(1).out())
        .isEqualTo("No job is known by 'g'. Those that are: dibs history\n");
    assertThat(history("g++/link/app\u202e").with(1).out()).contains("\\u202e");
  }

  @Test
  void aFileThatIsNoUseIsSetAside() {
    left("dibs history 99\nfrom the future\n");
    dibs.dibs("job", "--kind", "link", "--target", "x".repeat(1 << 16), "--", "true").end().well();
    assertThat(history().well().out()).startsWith("Nothing is known");
    assertThat(Texts.read(dibs.directory().resolve("history.unfit"))).contains("from the future");
    assertThat(Texts.read(dibs.directory().resolve("daemon.log.0"))).contains("learned anew");
  }

  private Ended history(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "history";
    System.arraycopy(words, 0, all, 1, words.length);
    return dibs.dibs(all).end();
  }

  private Path file() {
    return dibs.directory().resolve("history");
  }

  /** As an earlier daemon would have left it. */
  private void known(String lines) {
    CRC32 checksum = new CRC32();
    checksum.update(lines.getBytes(StandardCharsets.UTF_8));
    left("dibs history 1 %08x\n".formatted(checksum.getValue()) + lines);
  }

  private void left(String text) {
    Texts.write(file(), text);
    try {
      Files.setPosixFilePermissions(dibs.directory(), PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
