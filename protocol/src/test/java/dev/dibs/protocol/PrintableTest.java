package dev.dibs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

  @Test
  void plainTextStaysAsItIs() {
    assertThat(Printable.of("make -j8 in ~/Übersicht/日本")).isEqualTo("make -j8 in ~/Übersicht/日本");
  }

  @Test
  void whatATerminalWouldObeyBecomesVisible() {
    assertThat(Printable.of("a\u001b[31mb\nc\u007f\u009bd"))
        .isEqualTo("a\\x1b[31mb\\x0ac\\x7f\\x9bd");
  }

  @Test
  void textThatTurnsTheDirectionOfWritingBecomesVisible() {
    assertThat(Printable.of("a\u202eb")).isEqualTo("a\\u202eb");
  }

  @Test
  void longTextIsCut() {
    assertThat(Printable.of("abcdef", 4)).isEqualTo("abc…");
    assertThat(Printable.of("abcd", 4)).isEqualTo("abcd");
  }
}
