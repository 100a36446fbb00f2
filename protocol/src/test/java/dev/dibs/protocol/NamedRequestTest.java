package dev.dibs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class NamedRequestTest {

  @Test
  void commasSeparateFields() throws MalformedRequestException {
    assertThat(NamedRequest.line("run,1,pid=4711,cap=8"))
        .isEqualTo("run\u001f1\u001fpid=4711\u001fcap=8");
  }

  @Test
  void whatCanNotStandInANameIsEscaped() throws MalformedRequestException {
    assertThat(NamedRequest.line("job,1,name=%2Fa%2Cb%25%2f")).endsWith("name=/a,b%/");
  }

  @Test
  void bytesAreUtf8() throws MalformedRequestException {
    assertThat(NamedRequest.line("a,\u00c3\u00a4%C3%A4")).isEqualTo("a\u001fää");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a%", "a%2", "a%zz", "a%1F", "a%0a", "a\u001fb", "a\nb", "a\u00ff", "a%FF"})
  void nonsenseIsRefused(String name) {
    assertThatThrownBy(() -> NamedRequest.line(name)).isInstanceOf(MalformedRequestException.class);
  }
}
