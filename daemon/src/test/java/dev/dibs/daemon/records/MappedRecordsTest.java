package dev.dibs.daemon.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What counts is found by whoever opens the file next, and room is used again. */
@NullMarked
class MappedRecordsTest {

  private static final String BOOT = "0b8f6f0e-7d2c-4f0a-9a53-2f1f2b6f9c11";
  private static final long COUNTS = 1L << 63;
  private static final int HEADER_BYTES = 64;
  private static final MappedRecords.Format FORMAT =
      new MappedRecords.Format("dibs examples 1 ", 32, 4, COUNTS);

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("records");
  }

  /** Opened as by a daemon that finds what a killed one left: nobody closed it. */
  private MappedRecords open() throws IOException {
    return MappedRecords.open(file(), FORMAT, BOOT);
  }

  private static MappedRecord add(MappedRecords records, int content) throws IOException {
    MappedRecord record = records.take();
    record.bytes().set(ValueLayout.JAVA_INT, 8, content);
    record.store(COUNTS | content);
    return record;
  }

  private static List<Integer> contents(MappedRecords records) {
    return records.counting().stream()
        .map(record -> record.bytes().get(ValueLayout.JAVA_INT, 8))
        .toList();
  }

  @Test
  void whatCountsIsFoundByTheNext() throws IOException {
    MappedRecords records = open();
    add(records, 7);
    MappedRecord half = records.take();
    half.bytes().set(ValueLayout.JAVA_INT, 8, 8);
    half.store(8); // the bit that counts is not set
    assertThat(contents(open())).containsExactly(7);
    assertThat(open().counting().getFirst().word()).isEqualTo(COUNTS | 7);
  }

  @Test
  void whatIsRemovedIsFoundNoMore() throws IOException {
    MappedRecords records = open();
    MappedRecord first = add(records, 1);
    add(records, 2);
    first.remove();
    assertThat(contents(open())).containsExactly(2);
  }

  @Test
  void roomIsUsedAgainBeforeMoreIsAllotted() throws IOException {
    List<MappedRecord> added = new ArrayList<>();
    MappedRecords records = open();
    for (int i = 0; i < 4; i++) {
      added.add(add(records, i));
    }
    long size = Files.size(file());
    added.get(1).remove();
    MappedRecords later = open();
    later.counting().getFirst().remove();
    add(later, 10);
    add(later, 11);
    assertThat(Files.size(file())).isEqualTo(size);
    assertThat(contents(later)).containsExactlyInAnyOrder(2, 3, 10, 11);
    add(later, 12);
    assertThat(Files.size(file())).isEqualTo(size + 4 * 32);
    assertThat(contents(open())).containsExactlyInAnyOrder(2, 3, 10, 11, 12);
  }

  @Test
  void fileStartsWithWhatItIs() throws IOException {
    add(open(), 1);
    assertThat(file()).hasSize(HEADER_BYTES + 4 * 32);
    assertThat(Files.readAllBytes(file()))
        .startsWith(("dibs examples 1 " + BOOT).getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void recordsOfAnotherBootOrFormatAreVoid() throws IOException {
    add(open(), 1);
    assertThat(open().replaced()).isFalse();
    MappedRecords other = MappedRecords.open(file(), FORMAT, "another");
    assertThat(other.replaced()).isTrue();
    assertThat(other.counting()).isEmpty();
    MappedRecords.Format next = new MappedRecords.Format("dibs examples 2 ", 64, 4, COUNTS);
    assertThat(MappedRecords.open(file(), next, "another").replaced()).isTrue();
    assertThat(open().counting()).isEmpty();
  }

  @Test
  void newFileReplacesNothing() throws IOException {
    assertThat(open().replaced()).isFalse();
  }

  @Test
  void chunkThatIsNotCompleteIsWrittenAgain() throws IOException {
    MappedRecords records = open();
    for (int i = 0; i < 5; i++) {
      add(records, i);
    }
    try (RandomAccessFile bytes = new RandomAccessFile(file().toFile(), "rw")) {
      bytes.setLength(bytes.length() - 1);
    }
    MappedRecords later = open();
    assertThat(contents(later)).containsExactly(0, 1, 2, 3);
    add(later, 6);
    assertThat(contents(open())).containsExactly(0, 1, 2, 3, 6);
  }

  @Test
  void whatCanNotBeOpenedIsSaid() throws IOException {
    Files.createDirectory(file());
    assertThatIOException().isThrownBy(this::open);
  }

  @Test
  void inMemoryNothingFailsAndNothingIsFoundAgain() throws IOException {
    MappedRecords records = MappedRecords.inMemory(FORMAT);
    for (int i = 0; i < 5; i++) {
      add(records, i);
    }
    assertThat(contents(records)).containsExactly(0, 1, 2, 3, 4);
    assertThat(file()).doesNotExist();
  }
}
