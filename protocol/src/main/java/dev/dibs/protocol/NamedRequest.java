package dev.dibs.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * A control line as the name of a file (docs/control.md): its fields with commas between, a byte
 * that can't stand in a name or a field as {@code %XX}.
 *
 * <pre>{@code run,1,pid=4711,cap=8,name=%2Fx%2C}</pre>
 */
public final class NamedRequest {

  private NamedRequest() {}

  /**
   * The line that a name stands for.
   *
   * @param name one char for each byte
   * @throws MalformedRequestException if it stands for none
   */
  public static String line(String name) throws MalformedRequestException {
    return decode(name, true);
  }

  /**
   * The text that a field of a name stands for: what {@code %XX} are, read as UTF-8.
   *
   * @throws MalformedRequestException if it has control characters or is not UTF-8
   */
  static String text(String field) throws MalformedRequestException {
    return decode(field, false);
  }

  private static String decode(String name, boolean separated) throws MalformedRequestException {
    ByteBuffer bytes = ByteBuffer.allocate(name.length());
    for (int at = 0; at < name.length(); at++) {
      char here = name.charAt(at);
      if (here == '%') {
        bytes.put((byte) checked(hexadecimal(name, at + 1)));
        at += 2;
      } else if (here == ',' && separated) {
        bytes.put((byte) RequestLine.SEPARATOR.charAt(0));
      } else {
        bytes.put((byte) checked(here));
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException other) {
      throw malformed("the name is not UTF-8");
    }
  }

  private static int hexadecimal(String name, int at) throws MalformedRequestException {
    String digits = name.substring(at, Math.min(name.length(), at + 2));
    if (!digits.matches("[0-9A-Fa-f]{2}")) {
      throw malformed("after % come two hexadecimal digits; % itself is %25");
    }
    return Integer.parseInt(digits, 16);
  }

  private static int checked(int character) throws MalformedRequestException {
    if (character < ' ' || character == 0x7f) {
      throw malformed("a control character in the name");
    }
    return character;
  }

  private static MalformedRequestException malformed(String why) {
    return new MalformedRequestException(why, OptionalInt.empty());
  }
}
