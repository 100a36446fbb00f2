package dev.dibs.protocol.lines;

/**
 * Writes what {@link PlainLine} reads, byte by byte, for the same reason: a {@link String} and its
 * encoding are much code for a line of two numbers.
 */
final class PlainWriter {

  private static final int BYTES_MAX = 96; // two numbers and the words between them

  private final byte[] bytes = new byte[BYTES_MAX];
  private int length;

  /** Adds ASCII. */
  PlainWriter with(String text) {
    for (int i = 0; i < text.length(); i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
    return this;
  }

  /** Adds a number that isn't negative. */
  PlainWriter with(long number) {
    int end = length + 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      end++;
    }
    long rest = number;
    for (int at = end - 1; at >= length; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length = end;
    return this;
  }

  /** What was written. */
  byte[] bytes() {
    byte[] written = new byte[length];
    System.arraycopy(bytes, 0, written, 0, length);
    return written;
  }
}
