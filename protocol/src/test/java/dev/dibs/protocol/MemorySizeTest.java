package dev.dibs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
class MemorySizeTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1048576, 1",
    "1048577, 2",
    "512K, 1",
    "500M, 500",
    "1.5G, 1536",
    "0.001G, 2",
    "2T, 2097152",
    "999999999999999T, 1073741824"
  })
  void itIsRoundedUpToMebibytes(String text, int mib) throws MalformedRequestException {
    assertThat(MemorySize.mib(text)).isEqualTo(mib);
  }
}
