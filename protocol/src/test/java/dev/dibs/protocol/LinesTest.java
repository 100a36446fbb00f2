package dev.dibs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {

  private final Lines lines = new Lines();

  private List<String> accept(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return lines.accept(bytes, bytes.length);
  }

  @Test
  void aLineMayComeInPieces() {
    assertThat(accept("ru")).isEmpty();
    assertThat(accept("n 1\nst")).containsExactly("run 1");
    assertThat(accept("op\n")).containsExactly("stop");
  }

  @Test
  void aLeadingNewlineEndsWhatWasLeftHalfWritten() {
    assertThat(accept("half a li")).isEmpty();
    assertThat(accept("\nrun 1\n")).containsExactly("half a li", "run 1");
  }

  @Test
  void aLineThatIsTooLongIsLeftOutAndTheNextOneRead() {
    assertThat(accept("x".repeat(10_000))).isEmpty();
    assertThat(accept("x".repeat(10_000) + "\nrun 1\n")).containsExactly("run 1");
  }

  @Test
  void theLongestLineIsRead() {
    String longest = "x".repeat(RequestLine.BYTES_MAX);
    assertThat(accept(longest + "\n")).containsExactly(longest);
  }
}
