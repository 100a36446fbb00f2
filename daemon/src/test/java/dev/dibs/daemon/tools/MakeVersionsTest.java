package dev.dibs.daemon.tools;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
class MakeVersionsTest {

  @ParameterizedTest
  @CsvSource({
    "GNU Make 4.3, DESCRIPTORS",
    "GNU Make 3.81, DESCRIPTORS",
    "GNU Make 4.4.1, FIFO",
    "GNU Make 5.0, FIFO",
    "bmake, DESCRIPTORS"
  })
  void onlyAMakeThatKnowsFifosIsGivenOne(String version, MakeVersions.Style style) {
    assertThat(MakeVersions.styleByVersion(version)).isEqualTo(style);
  }
}
