package dev.dibs.protocol.lines;

/**
 * A line exactly as our own writers write it, without blanks and in their order: read byte by byte,
 * so that the few lines of a handover touch little code that is not warm. Whatever is written
 * otherwise is read as JSON.
 */
final class PlainLine {

  /** What {@link #number} gives if none comes. */
  static final long NONE = -1;

  private static final int DIGITS_MAX = 18;

  private final byte[] bytes;
  private final int end;
  private int at;

  PlainLine(byte[] bytes, int from, int length) {
    this.bytes = bytes;
    this.at = from;
    this.end = from + length;
  }

  /** Steps over a text of ASCII, if that comes; else it stays somewhere in it. */
  boolean skips(String text) {
    int length = text.length();
    if (end - at < length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[at++] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Steps over a whole number as JSON has it, of at most 18 digits. */
  long number() {
    int first = at;
    long number = 0;
    for (; at < end && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
      number = 10 * number + bytes[at] - '0'; // may overflow, then there are too many digits
    }
    int digits = at - first;
    boolean right = digits > 0 && digits <= DIGITS_MAX && (bytes[first] != '0' || digits == 1);
    return right ? number : NONE;
  }

  /** Whether this is all that is left. */
  boolean endsWith(String text) {
    return skips(text) && at == end;
  }
}
