package dev.dibs.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.core.Holding;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.tools.MakeVersions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered is found again, and what is damaged does no harm. */
class ClaimRecordsTest {

  private static final String BOOT = "0b8f6f0e-7d2c-4f0a-9a53-2f1f2b6f9c11";

  @TempDir Path folder;
  private Log log;

  @BeforeEach
  void openLog() throws IOException {
    log = new Log(folder.resolve("log"));
  }

  @AfterEach
  void closeLog() {
    log.close();
  }

  private Path file() {
    return folder.resolve("claims");
  }

  /** Opened as by a daemon that finds what a killed one left: nobody closed it. */
  private ClaimRecords open(String boot) {
    return ClaimRecords.open(file(), boot, log);
  }

  private static ClaimRecord record(long id) {
    return new ClaimRecord(
        id,
        4711,
        99,
        1_700_000_000_000L,
        id > 1 ? 1L : null,
        id > 1 ? 1L : null,
        true,
        MakeVersions.Style.FIFO,
        "cpu",
        "run\u001f1\u001fpid=4711\u001fname=größe");
  }

  @Test
  void whatWasAddedIsFoundInOrder() throws IOException {
    ClaimRecords records = open(BOOT);
    records.add(record(2), new Holding(2, 1, 0, 0));
    records.add(record(1), new Holding(1, 1, 1, 4000));
    List<ClaimRecords.Found> found = open(BOOT).found(log);
    assertThat(found).extracting(ClaimRecords.Found::record).containsExactly(record(1), record(2));
    assertThat(found)
        .extracting(ClaimRecords.Found::holding)
        .containsExactly(new Holding(1, 1, 1, 4000), new Holding(2, 1, 0, 0));
  }

  @Test
  void changesAreFoundAndWhatIsOverIsNot() throws IOException {
    ClaimRecords records = open(BOOT);
    ClaimRecords.Entry first = records.add(record(1), new Holding(1, 1, 1, 0));
    records.add(record(2), new Holding(2, 1, 1, 0)).remove();
    first.holds(new Holding(1, 0, 0, 3));
    assertThat(open(BOOT).found(log))
        .extracting(ClaimRecords.Found::holding)
        .containsExactly(new Holding(1, 0, 0, 3));
  }

  @Test
  void roomIsUsedAgain() throws IOException {
    ClaimRecords records = open(BOOT);
    for (int id = 1; id <= 64; id++) {
      records.add(record(id), new Holding(id, 1, 1, 0));
    }
    long size = Files.size(file());
    ClaimRecords later = open(BOOT);
    later.found(log).forEach(found -> found.entry().remove());
    for (int id = 100; id < 164; id++) {
      later.add(record(id), new Holding(id, 1, 1, 0));
    }
    assertThat(Files.size(file())).isEqualTo(size);
    later.add(record(164), new Holding(164, 1, 1, 0));
    assertThat(open(BOOT).found(log)).hasSize(65);
  }

  @Test
  void recordsOfAnotherBootAreVoid() throws IOException {
    open(BOOT).add(record(1), new Holding(1, 1, 1, 0));
    assertThat(open(BOOT.replace('0', '1')).found(log)).isEmpty();
    assertThat(open(BOOT).found(log)).isEmpty();
  }

  @Test
  void aDamagedRecordIsVoidAndTheOthersCount() throws IOException {
    ClaimRecords records = open(BOOT);
    records.add(record(1), new Holding(1, 1, 1, 0));
    records.add(record(2), new Holding(2, 1, 1, 0));
    try (RandomAccessFile bytes = new RandomAccessFile(file().toFile(), "rw")) {
      bytes.seek(64 + 40);
      bytes.write('#');
    }
    assertThat(open(BOOT).found(log)).extracting(found -> found.record().id()).containsExactly(2L);
  }

  @Test
  void garbageIsReplaced() throws IOException {
    Files.writeString(file(), "x".repeat(100_000));
    ClaimRecords records = open(BOOT);
    assertThat(records.found(log)).isEmpty();
    records.add(record(1), new Holding(1, 1, 1, 0));
    assertThat(open(BOOT).found(log)).hasSize(1);
  }

  @Test
  void aFileThatIsCutOffLosesWhatIsCut() throws IOException {
    ClaimRecords records = open(BOOT);
    for (int id = 1; id <= 65; id++) {
      records.add(record(id), new Holding(id, 1, 1, 0));
    }
    try (RandomAccessFile bytes = new RandomAccessFile(file().toFile(), "rw")) {
      bytes.setLength(bytes.length() - 1);
    }
    assertThat(open(BOOT).found(log)).hasSize(64);
  }

  @Test
  void withoutAFileThereIsNothingToFindAndNothingFails() throws IOException {
    Files.createDirectory(file());
    ClaimRecords records = open(BOOT);
    assertThat(records.found(log)).isEmpty();
    records.add(record(1), new Holding(1, 1, 1, 0)).holds(new Holding(1, 1, 1, 2));
  }
}
