package dev.dibs.host.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On what a real kernel sent, and on what none would. */
class FuseDecoderTest {

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  /** A request that was recorded. */
  record Recorded(String what, String hex, String meaning) {
    byte[] bytes() {
      return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Recorded> recorded() throws IOException {
    return Stream.of(resource().split("\n\n", -1)).skip(1).map(FuseDecoderTest::recording);
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void aRecordedRequestMeansWhatItMeant(Recorded recorded) {
    assertThat(decode(recorded.bytes())).hasToString(recorded.meaning());
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void aRequestThatIsCutOffIsNone(Recorded recorded) {
    byte[] whole = recorded.bytes();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertMalformed(part);
      if (length >= Integer.BYTES) {
        // One that admits to be short lacks a field, or only what is not looked at; never more.
        MemorySegment.ofArray(part).set(INT, 0, length);
        decodesOrIsRefused(part);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void aWrongLengthIsRefused(Recorded recorded) {
    for (int length : new int[] {0, 39, recorded.bytes().length + 1, -1, Integer.MIN_VALUE}) {
      byte[] wrong = recorded.bytes();
      MemorySegment.ofArray(wrong).set(INT, 0, length);
      assertMalformed(wrong);
    }
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void noGarbageDoesHarm(Recorded recorded) {
    Random random = new Random(4711);
    for (int i = 0; i < 2000; i++) {
      byte[] garbled = recorded.bytes();
      for (int change = random.nextInt(1, 9); change > 0; change--) {
        garbled[random.nextInt(4, garbled.length)] = (byte) random.nextInt();
      }
      decodesOrIsRefused(garbled);
    }
  }

  @Test
  void anUnknownRequestIsAnother() {
    for (int opcode : new int[] {0, 52, 4096, -1, Integer.MIN_VALUE}) {
      FuseRequest request = decode(request(opcode, ""));
      assertThat(request).isEqualTo(new FuseRequest.Other(request.header(), opcode));
    }
  }

  @Test
  void aNameMayHaveAnyBytes() {
    StringBuilder name = new StringBuilder();
    for (char c = 1; c <= 255; c++) {
      name.append(c);
    }
    assertThat(decode(request(Opcode.LOOKUP, name + "\0")))
        .isInstanceOfSatisfying(
            FuseRequest.Lookup.class, lookup -> assertThat(lookup.name()).isEqualTo(name + ""));
    assertMalformed(request(Opcode.LOOKUP, name.toString()));
    assertMalformed(request(Opcode.LOOKUP, ""));
  }

  @Test
  void oneNodeIsForgottenByItsOwnRequest() {
    FuseRequest forget = decode(request(Opcode.FORGET, "\7\0\0\0\0\0\0\0"));
    assertThat(forget)
        .isEqualTo(
            new FuseRequest.Forget(forget.header(), List.of(new FuseRequest.Forgotten(17, 7))));
  }

  @Test
  void moreForgottenNodesThanThereAreIsRefused() {
    assertMalformed(request(Opcode.BATCH_FORGET, "\2\0\0\0\0\0\0\0" + "\0".repeat(16)));
    assertMalformed(request(Opcode.BATCH_FORGET, "\377\377\377\377\0\0\0\0" + "\0".repeat(16)));
  }

  @Test
  void aResentRequestKeepsItsId() {
    byte[] bytes = request(Opcode.STATFS, "");
    bytes[15] = (byte) 0x80;
    FuseRequest.Header header = decode(bytes).header();
    assertThat(header.resent()).isTrue();
    assertThat(header.id()).isEqualTo(9);
    assertThat(header.unique()).isEqualTo(9 | 1L << 63);
  }

  @Test
  void anInterruptOfAResentRequestNamesItsId() {
    assertThat(decode(request(Opcode.INTERRUPT, "\11\0\0\0\0\0\0\200")))
        .isInstanceOfSatisfying(
            FuseRequest.Interrupt.class, interrupt -> assertThat(interrupt.id()).isEqualTo(9));
  }

  @Test
  void whatIsDecodedOutlivesItsBytes() {
    byte[] bytes = request(Opcode.LOOKUP, "abc\0");
    FuseRequest request = decode(bytes);
    Arrays.fill(bytes, (byte) 'x');
    assertThat(request).isEqualTo(new FuseRequest.Lookup(request.header(), "abc"));
    assertThat(request.header()).isEqualTo(new FuseRequest.Header(9, 17, 1, 2, 3));
  }

  /** A request 9 about node 17, of uid 1, gid 2, thread 3. */
  private static byte[] request(int opcode, String body) {
    byte[] bytes = new byte[FuseDecoder.HEADER_BYTES + body.length()];
    MemorySegment segment = MemorySegment.ofArray(bytes);
    int[] words = {bytes.length, opcode, 9, 0, 17, 0, 1, 2, 3, 0};
    for (int i = 0; i < words.length; i++) {
      segment.set(INT, 4L * i, words[i]);
    }
    byte[] content = body.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(content, 0, bytes, FuseDecoder.HEADER_BYTES, content.length);
    return bytes;
  }

  private static FuseRequest decode(byte[] bytes) {
    return FuseDecoder.decode(MemorySegment.ofArray(bytes));
  }

  private static void assertMalformed(byte[] bytes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> decode(bytes))
        .withMessageStartingWith("not a FUSE request, of " + bytes.length + " bytes: ");
  }

  private static void decodesOrIsRefused(byte[] bytes) {
    try {
      assertThat(decode(bytes)).isNotNull();
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageStartingWith("not a FUSE request");
    }
  }

  private static Recorded recording(String text) {
    List<String> lines = text.lines().toList();
    String hex = String.join("", lines.subList(1, lines.size() - 1));
    return new Recorded(lines.getFirst(), hex, lines.getLast());
  }

  private static String resource() throws IOException {
    try (InputStream in = FuseDecoderTest.class.getResourceAsStream("recorded-requests.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
