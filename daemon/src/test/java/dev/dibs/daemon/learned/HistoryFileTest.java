package dev.dibs.daemon.learned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dibs.core.history.JobKey;
import dev.dibs.core.history.JobRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryFileTest {

  private static final List<JobRecord> JOBS =
      List.of(
          new JobRecord(new JobKey("cc", "compile", "a b.o"), 1, measures(1), 0),
          new JobRecord(new JobKey("ld", "link", "größer 😀"), 9, measures(5), 700),
          new JobRecord(new JobKey("sh", "job", ""), 3, List.of(), 12));

  @TempDir Path folder;

  private HistoryFile file;

  @BeforeEach
  void nameFile() {
    file = new HistoryFile(folder.resolve("state/history"));
  }

  @Test
  void whatWasWrittenIsRead() throws Exception {
    assertThat(file.read()).isEmpty();
    file.write(JOBS);
    assertThat(file.read()).isEqualTo(JOBS);
    file.write(List.of());
    assertThat(file.read()).isEmpty();
    assertThat(folder.resolve("state")).isDirectoryContaining(file.path()::equals);
    try (var files = Files.list(folder.resolve("state"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void theLargestHistoryCanBeRead() throws Exception {
    List<JobRecord> all =
        IntStream.range(0, HistoryFile.JOBS_MAX)
            .mapToObj(i -> new JobKey("工".repeat(60), "具".repeat(60), i + "標".repeat(250)))
            .map(key -> new JobRecord(key, Integer.MAX_VALUE, largest(), JobRecord.MIB_MAX))
            .toList();
    file.write(all);
    assertThat(file.read()).isEqualTo(all);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "\0\0\0\0",
        "dibs history",
        "dibs history 1",
        "dibs history 1 ",
        "dibs history 1 00000001\n",
        "dibs history 2 00000000\n",
      })
  void aFileThatIsNoneIsOfNoUse(String content) throws IOException {
    Files.createDirectories(folder.resolve("state"));
    Files.writeString(file.path(), content);
    assertThatThrownBy(file::read).isInstanceOf(HistoryFile.UnfitException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "1\t0\t10:5\tcc\tcompile",
        "1\t0\t10:5\tcc\tcompile\tx\ty",
        "1\t0\t10\tcc\tcompile\tx\n1\t0\t-10:5\tcc\tcompile\tx",
        "1\t0\t10:-5\tcc\tcompile\tx",
        "1\t-1\t10:5\tcc\tcompile\tx",
        "0\t0\t10:5\tcc\tcompile\tx",
        "9\t0\t1:1 1:1 1:1 1:1 1:1 1:1\tcc\tcompile\tx",
        "99999999999\t0\t10:5\tcc\tcompile\tx",
        "1\t0\t9999999999:5\tcc\tcompile\tx",
        "1\t0\tNaN:5\tcc\tcompile\tx",
        "\u00ff\u00ff",
      })
  void aLineThatIsNoneIsFoundThoughTheChecksumIsRight(String lines) throws IOException {
    byte[] bytes = lines.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    byte[] head =
        "dibs history 1 %08x\n".formatted(checksum.getValue()).getBytes(StandardCharsets.US_ASCII);
    Files.createDirectories(folder.resolve("state"));
    try (var out = Files.newOutputStream(file.path())) {
      out.write(head);
      out.write(bytes);
    }
    assertThatThrownBy(file::read)
        .isInstanceOf(HistoryFile.UnfitException.class)
        .hasMessageContaining("is no job");
  }

  @Test
  void eachByteThatIsLostOrOtherIsFound() throws IOException {
    file.write(JOBS);
    byte[] whole = Files.readAllBytes(file.path());
    for (int i = 0; i < whole.length; i++) {
      byte[] other = whole.clone();
      other[i] ^= 1;
      Files.write(file.path(), other);
      assertThatThrownBy(file::read).isInstanceOf(HistoryFile.UnfitException.class);
      Files.write(file.path(), java.util.Arrays.copyOf(whole, i));
      assertThatThrownBy(file::read).isInstanceOf(HistoryFile.UnfitException.class);
    }
  }

  @Test
  void whatIsNoFileOfOursIsNotRead() throws IOException {
    Files.createDirectories(file.path());
    assertThatThrownBy(file::read).isInstanceOf(HistoryFile.UnfitException.class);
    Files.delete(file.path());
    try (var channel =
        Files.newByteChannel(
            file.path(),
            java.util.Set.of(
                java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE))) {
      channel.position(1L << 30).write(java.nio.ByteBuffer.wrap(new byte[1]));
    }
    assertThatThrownBy(file::read).isInstanceOf(HistoryFile.UnfitException.class);
  }

  @Test
  void whatCannotBeWrittenLeavesWhatWasThere() throws Exception {
    file.write(JOBS);
    Files.createDirectories(folder.resolve("state/plain"));
    HistoryFile below = new HistoryFile(file.path().resolve("history"));
    assertThatThrownBy(() -> below.write(JOBS)).isInstanceOf(IOException.class);
    assertThat(file.read()).isEqualTo(JOBS);
  }

  private static List<JobRecord.Measure> measures(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new JobRecord.Measure(100 + i, 5_000L * i))
        .toList();
  }

  private static List<JobRecord.Measure> largest() {
    return java.util.Collections.nCopies(
        JobRecord.LAST_MAX, new JobRecord.Measure(JobRecord.MIB_MAX, Long.MAX_VALUE));
  }
}
