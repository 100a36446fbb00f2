package dev.dibs.protocol.lines;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines come out whole, however they came in. */
class LineSplitterTest {
  private final LineSplitter splitter = new LineSplitter();
  private final List<String> said = new ArrayList<>();

  private final LineSplitter.Taker taker =
      new LineSplitter.Taker() {
        @Override
        public void line(byte[] bytes, int from, int length) {
          said.add(new String(bytes, from, length, StandardCharsets.UTF_8));
        }

        @Override
        public void overlong() {
          said.add("overlong");
        }
      };

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 100})
  void piecesMakeNoDifference(int size) {
    byte[] bytes = "one\n\ntwo two\nthr".getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; at += size) {
      splitter.accept(bytes, at, Math.min(bytes.length, at + size), taker);
    }
    assertThat(said).containsExactly("one", "", "two two");
    accept("ee\n");
    assertThat(said).endsWith("three");
    assertThat(splitter.kept()).isZero();
  }

  @Test
  void theLongestLineIsALineAndOneByteMoreIsNot() {
    String longest = "x".repeat(LineSplitter.BYTES_MAX - 1);
    accept(longest.substring(0, 3_000_000));
    accept(longest.substring(3_000_000) + "\n");
    assertThat(said).containsExactly(longest);
    accept(longest);
    accept("x\nnext\n");
    assertThat(said).containsExactly(longest, "overlong", "next");
  }

  @Test
  void whatNeverEndsIsNotKept() {
    for (int i = 0; i < 5; i++) {
      accept("x".repeat(1_000_000));
      assertThat(splitter.kept()).isLessThanOrEqualTo(LineSplitter.BYTES_MAX);
    }
    assertThat(splitter.kept()).isZero();
    accept("x".repeat(1_000_000) + "\nnext\n");
    assertThat(said).containsExactly("overlong", "next");
  }

  private void accept(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    splitter.accept(bytes, 0, bytes.length, taker);
  }
}
