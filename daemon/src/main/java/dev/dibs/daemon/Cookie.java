package dev.dibs.daemon;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** What a TCP client shows to be let in: 256 random bits, as 64 hexadecimal digits. */
final class Cookie {

  private static final int RANDOM_BYTES = 32;

  /** Length of the text. */
  static final int DIGITS = 2 * RANDOM_BYTES;

  private final byte[] digits;

  private Cookie(byte[] digits) {
    this.digits = digits;
  }

  /**
   * A new one.
   *
   * @param random a cryptographically strong one
   */
  static Cookie fresh(RandomGenerator random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return new Cookie(HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.US_ASCII));
  }

  /** Whether this is what was shown; how long that takes tells nothing about where they differ. */
  boolean matches(byte[] shown) {
    return MessageDigest.isEqual(digits, shown);
  }

  /** The digits. */
  String text() {
    return new String(digits, StandardCharsets.US_ASCII);
  }

  /** Not the digits, so that no log has them. */
  @Override
  public String toString() {
    return "cookie";
  }
}
