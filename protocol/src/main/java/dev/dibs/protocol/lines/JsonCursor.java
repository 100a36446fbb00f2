package dev.dibs.protocol.lines;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A place in a line of JSON, and the words of JSON from there on. Works on bytes: a line is long.
 */
final class JsonCursor {

  /** What {@link #peek} and {@link #next} give at the end of the line. */
  private static final int END = -1;

  private final byte[] bytes;
  private final int begin;
  private final int end;
  private int at;

  JsonCursor(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.begin = from;
    this.end = to;
    this.at = from;
  }

  /** How far it is. */
  int at() {
    return at;
  }

  /** The next byte that is no blank; it stays. */
  int peek() {
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r')) {
      at++;
    }
    return at < end ? bytes[at] : END;
  }

  /** The next byte, a blank too. */
  int next() {
    return at < end ? bytes[at++] : END;
  }

  /** Steps over blanks and this character, if that is what comes. */
  boolean skips(char wanted) {
    boolean there = peek() == wanted;
    at += there ? 1 : 0;
    return there;
  }

  /** Steps over this character, if it comes at once. */
  boolean skipsAtOnce(char wanted) {
    return at < end && bytes[at] == wanted && skips(wanted);
  }

  void expect(char wanted, String what) throws MalformedLineException {
    if (!skips(wanted)) {
      throw malformed(what);
    }
  }

  void expectEnd() throws MalformedLineException {
    if (peek() != END) {
      throw malformed("the end of the line");
    }
  }

  /** The number that so many digits at most make; at least one. */
  long digits(int most) throws MalformedLineException {
    int first = at;
    long number = 0;
    for (; at < end && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
      if (at - first == most) {
        throw malformed("a number of fewer digits");
      }
      number = 10 * number + bytes[at] - '0';
    }
    if (at == first) {
      throw malformed("a digit");
    }
    return number;
  }

  /**
   * The string that comes next.
   *
   * @param what it is, for the message if none does
   */
  String string(String what) throws MalformedLineException {
    expect('"', what);
    int first = at;
    int all = 0; // negative if one of them is
    for (; at < end && bytes[at] != '"'; at++) {
      if (bytes[at] == '\\') {
        return escaped(first);
      }
      checkPlain();
      all |= bytes[at];
    }
    if (at == end) {
      throw malformed("the end of a string");
    }
    int length = at++ - first;
    return all >= 0
        ? new String(bytes, first, length, StandardCharsets.ISO_8859_1)
        : text(ByteBuffer.wrap(bytes, first, length));
  }

  private String escaped(int first) throws MalformedLineException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    plain.write(bytes, first, at - first);
    for (; at < end && bytes[at] != '"'; at++) {
      if (bytes[at] == '\\') {
        at++;
        escape(plain);
      } else {
        checkPlain();
        plain.write(bytes[at]);
      }
    }
    expect('"', "the end of a string");
    return text(ByteBuffer.wrap(plain.toByteArray()));
  }

  /** At the character behind a backslash, or what it needs more; ends at the last of it. */
  private void escape(ByteArrayOutputStream plain) throws MalformedLineException {
    int kind = at < end ? bytes[at] : END;
    switch (kind) {
      case '"', '\\', '/' -> plain.write(kind);
      case 'b' -> plain.write('\b');
      case 'f' -> plain.write('\f');
      case 'n' -> plain.write('\n');
      case 'r' -> plain.write('\r');
      case 't' -> plain.write('\t');
      case 'u' -> plain.writeBytes(unicode().getBytes(StandardCharsets.UTF_8));
      default -> throw malformed("one of \"\\/bfnrtu behind a backslash");
    }
  }

  /** A pair of surrogates comes as two escapes; half of one has no bytes in UTF-8. */
  private String unicode() throws MalformedLineException {
    char first = hexadecimal();
    if (!Character.isSurrogate(first)) {
      return String.valueOf(first);
    }
    if (Character.isHighSurrogate(first) && ++at < end && bytes[at] == '\\') {
      at++;
      char second = at < end && bytes[at] == 'u' ? hexadecimal() : 0;
      if (Character.isLowSurrogate(second)) {
        return String.valueOf(new char[] {first, second});
      }
    }
    throw malformed("both halves of a character (\\ud800 to \\udfff)");
  }

  /** At the u; ends at the last of four digits. */
  private char hexadecimal() throws MalformedLineException {
    int number = 0;
    for (int i = 0; i < 4; i++) {
      at++;
      int digit = at < end ? Character.digit(bytes[at], 16) : -1;
      if (digit < 0) {
        throw malformed("four hexadecimal digits behind \\u");
      }
      number = 16 * number + digit;
    }
    return (char) number;
  }

  private void checkPlain() throws MalformedLineException {
    if (bytes[at] >= 0 && bytes[at] < ' ') {
      throw malformed("no control character in a string");
    }
  }

  private static String text(ByteBuffer utf8) throws MalformedLineException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException other) {
      throw new MalformedLineException("A string in the line is not UTF-8");
    }
  }

  MalformedLineException malformed(String expected) {
    return new MalformedLineException(
        "Expected " + expected + " at byte " + (at - begin + 1) + " of the line");
  }
}
