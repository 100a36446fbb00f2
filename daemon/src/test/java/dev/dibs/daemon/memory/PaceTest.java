package dev.dibs.daemon.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {

  @ParameterizedTest(name = "{0} MiB, {1} slots: {2} ms")
  @CsvSource({
    "22000, 2, 2000",
    "131072, 64, 2000",
    "2048, 2, 1000",
    "900, 2, 439",
    "100, 8, 250",
    "-500, 2, 250",
    "2147483647, 1, 2000",
    "-2147483648, 4096, 250",
  })
  void theLessRoomThereIsTheOftenerSomebodyLooks(int roomMib, int slots, long intervalMs) {
    assertThat(Pace.intervalMs(roomMib, slots)).isEqualTo(intervalMs);
  }
}
