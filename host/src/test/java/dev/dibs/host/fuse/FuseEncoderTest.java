package dev.dibs.host.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuseEncoderTest {

  private static final long RESENT_12 = 12 | 1L << 63;
  private static final FuseAttributes FILE =
      FuseAttributes.file(0x1122, 0640, 3, 4).withSize(5).withChangedS(6).withValidS(7);

  /** Dirty, so that what is not written shows. */
  private final byte[] bytes = new byte[400];

  private final FuseEncoder encoder;

  FuseEncoderTest() {
    Arrays.fill(bytes, (byte) 0xEE);
    encoder = new FuseEncoder(MemorySegment.ofArray(bytes));
  }

  @Test
  void anErrorIsItsNegativeNumber() {
    assertThat(hex(encoder.status(12, 2))).isEqualTo("10000000 feffffff 0c000000 00000000");
    assertThat(hex(encoder.status(12, 0))).isEqualTo("10000000 00000000 0c000000 00000000");
  }

  @Test
  void aResentRequestIsAnsweredByItsWholeNumber() {
    assertThat(hex(encoder.status(RESENT_12, 0))).isEqualTo("10000000 00000000 0c000000 00000080");
  }

  @Test
  void anEntryHasNodeAndAttributes() {
    String expected =
        "90000000 00000000 0c000000 00000000"
            + " 09000000 00000000 01000000 00000000 02000000 00000000 07000000 00000000"
            + " 00000000 00000000"
            + attributesHex();
    assertThat(hex(encoder.entry(12, new FuseEntry(9, 1, 2, FILE)))).isEqualTo(expected);
  }

  @Test
  void attributesHaveEveryField() {
    assertThat(hex(encoder.attributes(12, FILE)))
        .isEqualTo(
            "78000000 00000000 0c000000 00000000 07000000 00000000 00000000 00000000"
                + attributesHex());
  }

  @Test
  void anOpenedFileHasHandleAndFlags() {
    assertThat(OpenFlags.PIPE_LIKE).isEqualTo(0x55);
    assertThat(hex(encoder.opened(12, -2, OpenFlags.PIPE_LIKE)))
        .isEqualTo("20000000 00000000 0c000000 00000000 feffffff ffffffff 55000000 00000000");
  }

  @Test
  void dataAreAsTheyAre() {
    assertThat(hex(encoder.data(12, new byte[] {0, 1, 2, 3, 4, 5}, 1, 4)))
        .isEqualTo("14000000 00000000 0c000000 00000000 01020304");
  }

  @Test
  void aNumberFillsEightBytes() {
    assertThat(hex(encoder.number(12, 5)))
        .isEqualTo("18000000 00000000 0c000000 00000000 05000000 00000000");
  }

  @Test
  void aListingHasWhatThereIsRoomFor() {
    List<FuseFolderEntry> listing =
        List.of(
            new FuseFolderEntry("ab", 5, FuseAttributes.FOLDER),
            new FuseFolderEntry("12345678\377", 6, FuseAttributes.FILE),
            new FuseFolderEntry("f", 7, FuseAttributes.FIFO));
    String first = " 05000000 00000000 01000000 00000000 02000000 04000000 61620000 00000000";
    String second =
        " 06000000 00000000 02000000 00000000 09000000 08000000 31323334 35363738 ff000000 00000000";
    String third = " 07000000 00000000 03000000 00000000 01000000 01000000 66000000 00000000";
    assertThat(hex(encoder.folder(12, listing, 0, 104)))
        .isEqualTo("78000000 00000000 0c000000 00000000" + first + second + third);
    assertThat(hex(encoder.folder(12, listing, 0, 103)))
        .isEqualTo("58000000 00000000 0c000000 00000000" + first + second);
    assertThat(hex(encoder.folder(12, listing, 2, 4096)))
        .isEqualTo("30000000 00000000 0c000000 00000000" + third);
    String none = "10000000 00000000 0c000000 00000000";
    assertThat(hex(encoder.folder(12, listing, 3, 4096))).isEqualTo(none);
    assertThat(hex(encoder.folder(12, listing, Long.MAX_VALUE, 4096))).isEqualTo(none);
    assertThat(hex(encoder.folder(12, listing, 0, 31))).isEqualTo(none);
  }

  @Test
  void anOfferIsTakenAsFarAsItGoes() {
    FuseRequest.Header header = new FuseRequest.Header(12, 0, 0, 0, 0);
    FuseRequest.Init init = new FuseRequest.Init(header, 7, 45, 131072, -1);
    assertThat(init.canResend()).isTrue();
    assertThat(hex(encoder.init(12, FuseInitReply.to(init))))
        .isEqualTo(
            "50000000 00000000 0c000000 00000000"
                + " 07000000 26000000 00000100 20000440 40003000 00000100 01000000 00000000"
                + " 00000000".repeat(8));
    FuseRequest.Init old = new FuseRequest.Init(header, 7, 31, 4096, 0);
    assertThat(old.canResend()).isFalse();
    assertThat(hex(encoder.init(12, FuseInitReply.to(old))))
        .startsWith("50000000 00000000 0c000000 00000000 07000000 1f000000 00100000 00000000");
  }

  @Test
  void onlyMajorVersionsBelowOursAreNotUnderstood() {
    FuseRequest.Header header = new FuseRequest.Header(12, 0, 0, 0, 0);
    assertThat(FuseInitReply.understands(new FuseRequest.Init(header, 6, 9, 0, 0))).isFalse();
    FuseRequest.Init next = new FuseRequest.Init(header, 8, 1, 0, 0);
    assertThat(FuseInitReply.understands(next)).isTrue();
    assertThat(FuseInitReply.to(next).major()).isEqualTo(7);
  }

  @Test
  void noticesHaveTheirCodeAndNoNumber() {
    assertThat(hex(encoder.notifyPoll(0x99)))
        .isEqualTo("18000000 01000000 00000000 00000000 99000000 00000000");
    assertThat(hex(encoder.notifyResend())).isEqualTo("10000000 07000000 00000000 00000000");
    assertThat(hex(encoder.notifyInvalidNode(3, -1)))
        .isEqualTo(
            "28000000 02000000 00000000 00000000"
                + " 03000000 00000000 ffffffff ffffffff 00000000 00000000");
    assertThat(hex(encoder.notifyStore(3, new byte[] {1, 2, 3, 4})))
        .isEqualTo(
            "2c000000 04000000 00000000 00000000"
                + " 03000000 00000000 00000000 00000000 04000000 00000000 01020304");
  }

  @Test
  void aNameKeepsItsBytes() {
    byte[] name = new byte[255];
    for (int i = 0; i < name.length; i++) {
      name[i] = (byte) (i + 1);
    }
    String text = new String(name, StandardCharsets.ISO_8859_1);
    encoder.folder(1, List.of(new FuseFolderEntry(text, 1, FuseAttributes.FILE)), 0, 380);
    assertThat(Arrays.copyOfRange(bytes, 40, 40 + 255)).isEqualTo(name);
  }

  private static String attributesHex() {
    return " 22110000 00000000 05000000 00000000 00000000 00000000"
        + " 06000000 00000000".repeat(3)
        + " 00000000".repeat(3)
        + " a0810000 01000000 03000000 04000000 00000000 00100000 00000000";
  }

  /** The first bytes, in words. */
  private String hex(int length) {
    assertThat(MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_INT_UNALIGNED, 0))
        .isEqualTo(length);
    String hex = HexFormat.of().formatHex(bytes, 0, length);
    return hex.replaceAll("(.{8})(?!$)", "$1 ");
  }
}
