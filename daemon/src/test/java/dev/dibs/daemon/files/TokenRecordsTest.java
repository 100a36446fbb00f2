package dev.dibs.daemon.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.daemon.loop.Log;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class TokenRecordsTest {

  @TempDir Path folder;
  private Log log;
  private TokenRecords records;

  @BeforeEach
  void open() throws IOException {
    log = new Log(folder.resolve("log"));
    records = open("boot");
  }

  private TokenRecords open(String boot) {
    return TokenRecords.open(folder.resolve("tokens"), boot, log);
  }

  @Test
  void nextDaemonFindsWhatAProcessHas() throws IOException {
    TokenRecords.Entry entry = records.add(77, 4711, 123_456);
    entry.holds(3, 8_000_000_002L, 1);
    entry.polls(9);
    entry.has(1L << 58);
    TokenRecords.Found found = open("boot").found().getFirst();
    assertThat(found)
        .returns(77L, TokenRecords.Found::claim)
        .returns(4711, TokenRecords.Found::pid)
        .returns(123_456L, TokenRecords.Found::startTicks)
        .returns(3, TokenRecords.Found::held)
        .returns(8_000_000_002L, TokenRecords.Found::operation)
        .returns(1, TokenRecords.Found::count)
        .returns(9L, TokenRecords.Found::watch)
        .returns(1L << 58, TokenRecords.Found::node);
  }

  @Test
  void debtIsRemembered() throws IOException {
    records.add(77, 4711, 1).holds(-1, 4, 255);
    assertThat(records.found().getFirst())
        .returns(-1, TokenRecords.Found::held)
        .returns(255, TokenRecords.Found::count);
  }

  @Test
  void processThatEndedIsForgotten() throws IOException {
    TokenRecords.Entry entry = records.add(77, 4711, 1);
    entry.remove();
    assertThat(open("boot").found()).isEmpty();
  }

  @Test
  void recordIsUsedAgainWithNothingOfTheLastOne() throws IOException {
    TokenRecords.Entry entry = records.add(77, 4711, 1);
    entry.holds(3, 4, 1);
    entry.polls(9);
    entry.remove();
    records.add(78, 4712, 2);
    assertThat(records.found().getFirst())
        .returns(0, TokenRecords.Found::held)
        .returns(-1L, TokenRecords.Found::operation)
        .returns(0L, TokenRecords.Found::watch);
  }

  @Test
  void recordsOfAnotherBootAreVoid() throws IOException {
    records.add(77, 4711, 1);
    assertThat(open("another").found()).isEmpty();
  }

  @Test
  void thereIsRoomForThousands() throws IOException {
    for (int i = 1; i <= 3_000; i++) {
      records.add(i, i, i);
    }
    assertThat(open("boot").found()).hasSize(3_000);
  }
}
