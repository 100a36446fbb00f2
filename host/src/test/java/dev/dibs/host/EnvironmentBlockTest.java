package dev.dibs.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EnvironmentBlockTest {

  @Test
  void findsTheFirstEntryOfAName() {
    EnvironmentBlock block = block("AB=1", "A=", "B=x=y", "B=z");
    assertThat(block.get("A")).contains("");
    assertThat(block.get("B")).contains("x=y");
    assertThat(block.get("AB")).contains("1");
    assertThat(block.get("C")).isEmpty();
    assertThat(block.get("")).isEmpty();
  }

  @Test
  void knowsAnEntryOnlyAsAWhole() {
    EnvironmentBlock block = block("DIBS_RUN=7k23", "X_DIBS_RUN=7k2", "Y=DIBS_RUN=7k2");
    assertThat(block.get("DIBS_RUN")).contains("7k23");
    assertThat(block.get("DIBS")).isEmpty();
  }

  @Test
  void namesWhatAShellDropsByteByByte() {
    EnvironmentBlock block =
        block("_=1", "a1=1", "1a=2", "a.b=3", "=4", "5", "", "\u00fc=\u00ff", "f()=6", "a b=7");
    assertThat(block.unfitForShell())
        .extracting(entry -> new String(entry, ISO_8859_1))
        .containsExactly("1a=2", "a.b=3", "\u00fc=\u00ff", "f()=6", "a b=7");
  }

  @Test
  void mayEndWithoutANulOrBeEmpty() {
    EnvironmentBlock cut = new EnvironmentBlock("A=1\0B=2".getBytes(ISO_8859_1));
    assertThat(cut.get("B")).contains("2");
    EnvironmentBlock empty = new EnvironmentBlock(new byte[0]);
    assertThat(empty.get("A")).isEmpty();
    assertThat(empty.unfitForShell()).isEmpty();
  }

  private static EnvironmentBlock block(String... entries) {
    return new EnvironmentBlock((String.join("\0", entries) + "\0").getBytes(ISO_8859_1));
  }
}
