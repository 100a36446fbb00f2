package dev.dibs.protocol.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read again, and what nobody wrote is refused with a reason. */
class LockLinesTest {

  static List<LockAsk> asks() {
    return List.of(
        acquire(List.of("a"), List.of(), Optional.empty()),
        acquire(List.of("a", "b"), List.of("c"), Optional.of(Duration.ZERO)),
        acquire(
            List.of(), List.of("quote\"back\\slash/ü日𝄞 \u007f"), Optional.of(Duration.ofNanos(1))),
        new LockAsk.Acquire(
            999_999_999_999_999_999L,
            List.of("a"),
            List.of(),
            Optional.of(Duration.ofMillis(2_500)),
            LockAsk.Priority.BACKGROUND,
            Optional.of(0L)),
        new LockAsk.Release(1),
        new LockAsk.Downgrade(2),
        new LockAsk.Withdraw(3),
        new LockAsk.Holder(4, "a b"));
  }

  private static LockAsk acquire(
      List<String> exclusive, List<String> shared, Optional<Duration> wait) {
    return new LockAsk.Acquire(
        7, exclusive, shared, wait, LockAsk.Priority.NORMAL, Optional.empty());
  }

  static List<LockReply> replies() {
    return List.of(
        new LockReply.Granted(1, 1_876_951_040_000_017L),
        new LockReply.Refused(2, LockReply.Reason.CYCLE, "a waits for b"),
        new LockReply.Waiting(3, "held by pid 4711 (mvn \"x\")"),
        new LockReply.HeldBy(4, 4711, 1_790_000_000_000L, "mvn\tinstall", "/src"),
        new LockReply.NotHeld(5),
        new LockReply.Misunderstood("no"));
  }

  @ParameterizedTest
  @MethodSource("asks")
  void anAskIsReadAsItWasWritten(LockAsk ask) throws MalformedLineException {
    assertThat(ask.line()).endsWith("}\n").doesNotContain("\u007f");
    assertThat(ask(ask.line().strip())).isEqualTo(ask);
  }

  @ParameterizedTest
  @MethodSource("replies")
  void aReplyIsReadAsItWasWritten(LockReply reply) throws MalformedLineException {
    byte[] bytes = reply.line().strip().getBytes(StandardCharsets.UTF_8);
    assertThat(LockReply.read(bytes, 0, bytes.length)).isEqualTo(reply);
  }

  @Test
  void blanksAndEscapesAreThoseOfJson() throws MalformedLineException {
    assertThat(ask(" { \"id\" : 7 , \"lock\" : [ \"\\u0061\\/\\ud834\\udd1e\" ] }\r"))
        .isEqualTo(acquire(List.of("a/𝄞"), List.of(), Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"release\":1 }", " {\"release\":1}", "{ \"release\" : 1 }\r"})
  void aReleaseMayBeWrittenOtherwiseThanOurs(String line) throws MalformedLineException {
    assertThat(ask(line)).isEqualTo(new LockAsk.Release(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"granted\":true,\"fence\":17,\"id\":1}",
        "{\"id\":1,\"granted\":true, \"fence\":17}",
        "{\"id\":1,\"granted\":true,\"fence\":17,\"later\":\"more\"}"
      })
  void aGrantMayBeWrittenOtherwiseThanOurs(String line) throws MalformedLineException {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    assertThat(LockReply.read(bytes, 0, bytes.length)).isEqualTo(new LockReply.Granted(1, 17));
  }

  @Test
  void tenThousandNamesAreOneLine() throws MalformedLineException {
    List<String> names = IntStream.range(0, 10_000).mapToObj(i -> "name" + i).toList();
    LockAsk ask = acquire(names, List.of(), Optional.empty());
    assertThat(ask(ask.line().strip())).isEqualTo(ask);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "[]",
        "x",
        "{\"id\":1}",
        "{\"id\":1,\"lock\":[]}",
        "{\"release\":}",
        "{\"release\":01}",
        "{\"release\":-1}",
        "{\"release\":1}}",
        "{\"release\":1",
        "{\"release\":1.5}",
        "{\"release\":1234567890123456789}",
        "{\"release\":18446744073709551617}",
        "{\"id\":1,\"lock\":\"a\"}",
        "{\"id\":1,\"lock\":[1]}",
        "{\"id\":1,\"lock\":[\"a\"]",
        "{\"id\":1,\"lock\":[\"a\"}",
        "{\"id\":1,\"lock\":[\"a\",]}",
        "{\"id\":1,\"lock\":[\"a\"]}}",
        "{\"id\":1,\"lock\":[\"a\"]} x",
        "{\"id\":1,\"lock\":[[\"a\"]]}",
        "{\"id\":1,\"lock\":{\"a\":1}}",
        "{\"id\":1,\"lock\":null}",
        "{\"id\":1,\"lock\":[\"a\"],\"sharde\":true}",
        "{\"id\":1,\"id\":1,\"lock\":[\"a\"]}",
        "{\"id\":-1,\"lock\":[\"a\"]}",
        "{\"id\":01,\"lock\":[\"a\"]}",
        "{\"id\":1e3,\"lock\":[\"a\"]}",
        "{\"id\":1.5,\"lock\":[\"a\"]}",
        "{\"id\":1.,\"lock\":[\"a\"]}",
        "{\"id\":1234567890123456789,\"lock\":[\"a\"]}",
        "{\"lock\":[\"a\"]}",
        "{\"id\":1,\"lock\":[\"a\"],\"wait\":\"1\"}",
        "{\"id\":1,\"lock\":[\"a\"],\"priority\":\"high\"}",
        "{\"id\":1,\"lock\":[\"\\x\"]}",
        "{\"id\":1,\"lock\":[\"\\u12g4\"]}",
        "{\"id\":1,\"lock\":[\"\\ud834\"]}",
        "{\"id\":1,\"lock\":[\"\\udd1e\\ud834\"]}",
        "{\"id\":1,\"lock\":[\"\\ud834\\",
        "{\"id\":1,\"lock\":[\"a\tb\"]}",
        "{\"id\":1,\"lock\":[\"a\"],\"wait\":t}",
        "{\"release\":true}",
        "{\"release\":1,\"id\":2}",
        "{\"holder\":\"a\"}",
        "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,"
            + "\"k\":1,\"l\":1,\"m\":1,\"n\":1,\"o\":1,\"p\":1,\"q\":1}",
      })
  void whatIsNoAskIsRefused(String line) {
    assertThatThrownBy(() -> ask(line))
        .isInstanceOf(MalformedLineException.class)
        .message()
        .isNotBlank()
        .hasSizeLessThan(120);
  }

  @Test
  void anyPartOfALineIsRefused() throws MalformedLineException {
    String whole = asks().get(3).line().strip();
    for (int length = 0; length < whole.length(); length++) {
      String part = whole.substring(0, length);
      assertThatThrownBy(() -> ask(part)).isInstanceOf(MalformedLineException.class);
    }
  }

  @Test
  void deepNestingCostsNothing() {
    assertThatThrownBy(() -> ask("{\"id\":" + "[".repeat(1_000_000)))
        .isInstanceOf(MalformedLineException.class);
  }

  @Test
  void moreThanTenThousandNamesAreRefused() {
    String names = "\"a\",".repeat(10_001);
    assertThatThrownBy(() -> ask("{\"id\":1,\"lock\":[" + names + "\"a\"]}"))
        .hasMessageContaining("at most 10000");
  }

  @Test
  void otherBytesThanUtf8AreRefused() {
    byte[] line = "{\"id\":1,\"lock\":[\"?\"]}".getBytes(StandardCharsets.UTF_8);
    line[17] = (byte) 0xff;
    assertThatThrownBy(() -> LockAsk.read(line, 0, line.length)).hasMessageContaining("UTF-8");
  }

  @Test
  void aReasonOfALaterDaemonIsARefusal() throws MalformedLineException {
    byte[] line =
        "{\"id\":1,\"granted\":false,\"reason\":\"new\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(LockReply.read(line, 0, line.length))
        .isEqualTo(new LockReply.Refused(1, LockReply.Reason.MISUSE, "new"));
  }

  private static LockAsk ask(String line) throws MalformedLineException {
    byte[] bytes = ("xx" + line).getBytes(StandardCharsets.UTF_8);
    return LockAsk.read(bytes, 2, bytes.length - 2);
  }
}
