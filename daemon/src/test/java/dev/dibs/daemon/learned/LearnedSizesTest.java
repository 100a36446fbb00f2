package dev.dibs.daemon.learned;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.daemon.loop.Log;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearnedSizesTest {

  @TempDir Path folder;

  private Path file;
  private Log log;

  @BeforeEach
  void openLog() throws IOException {
    file = folder.resolve("state/dibs/learned");
    log = new Log(folder.resolve("log"));
  }

  @AfterEach
  void closeLog() {
    log.close();
  }

  @Test
  void areKnownToTheNextDaemon() {
    sizes().put("/home/me/a b go test", new LearnedSize(3.25, 4));
    assertThat(sizes().of("/home/me/a b go test")).hasValue(new LearnedSize(3.25, 4));
    assertThat(sizes().of("/home/me/a")).isEmpty();
    assertThat(folder.resolve("state/dibs")).isDirectoryContaining(file::equals);
    assertThat(file.resolveSibling("learned.new")).doesNotExist();
  }

  @Test
  void theOldestIsForgottenForTheNewest() throws IOException {
    LearnedSizes sizes = sizes();
    for (int i = 0; i < LearnedSizes.KEYS_MAX; i++) {
      sizes.put("key " + i, new LearnedSize(1, 1));
    }
    sizes.put("key 0", new LearnedSize(2, 2));
    sizes.put("one more", new LearnedSize(1, 1));
    assertThat(sizes().of("key 1")).isEmpty();
    assertThat(sizes().of("key 0")).hasValue(new LearnedSize(2, 2));
    assertThat(Files.readAllLines(file)).hasSize(1 + LearnedSizes.KEYS_MAX);
  }

  @Test
  void keysThatDoNotFitALineAreNotKept() {
    sizes().put("two\nlines", new LearnedSize(1, 1));
    sizes().put("x".repeat(LearnedSizes.KEY_CHARACTERS_MAX + 1), new LearnedSize(1, 1));
    assertThat(file).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "dibs learned sizes 2\n1.0 1 key\n",
        "dibs learned sizes 1\n1.0 1\n",
        "dibs learned sizes 1\n1.0 one key\n",
        "dibs learned sizes 1\nNaN 1 key\n",
        "dibs learned sizes 1\n-3 1 key\n",
        "dibs learned sizes 1\n1.0 0 key\n",
        "dibs learned sizes 1\n1.0 99999999999 key\n",
        "\0\0\0\0"
      })
  void aFileThatIsNoUseIsReplaced(String content) throws IOException {
    Files.createDirectories(folder.resolve("state/dibs"));
    Files.writeString(file, content, StandardCharsets.ISO_8859_1);
    LearnedSizes sizes = sizes();
    assertThat(sizes.of("key")).isEmpty();
    assertThat(Files.readString(folder.resolve("log.0"))).contains("Sizes are learned anew");
    sizes.put("key", new LearnedSize(2, 2));
    assertThat(sizes().of("key")).hasValue(new LearnedSize(2, 2));
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNoTroubleWhileTheDaemonLives() throws IOException {
    file = Files.createFile(folder.resolve("plain")).resolve("learned");
    LearnedSizes sizes = sizes();
    sizes.put("key", new LearnedSize(2, 2));
    sizes.put("key", new LearnedSize(3, 3));
    assertThat(sizes.of("key")).hasValue(new LearnedSize(3, 3));
    assertThat(Files.readAllLines(folder.resolve("log.0")))
        .filteredOn(line -> line.contains("can't be written"))
        .hasSize(1);
  }

  private LearnedSizes sizes() {
    return new LearnedSizes(file, log);
  }
}
