package dev.dibs.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Names of locks: any text of 1 to {@value #BYTES_MAX} bytes of UTF-8 without control characters.
 * In a line they are joined by commas, with {@code %XX} for what would be in the way.
 */
public final class LockNames {

  /** Longest name, bytes. */
  public static final int BYTES_MAX = 4096;

  /** Most names of one request. */
  public static final int COUNT_MAX = 10_000;

  /** Largest list of names, bytes. */
  public static final int LIST_BYTES_MAX = 4 * 1024 * 1024;

  private static final int SHOWN_CHARACTERS_MAX = 60;
  private static final String ESCAPED = ",%";

  private LockNames() {}

  /**
   * Checks names that came from outside; twice the same counts once.
   *
   * @throws MalformedRequestException if there are none, too many, or one that is no name
   */
  public static Set<String> checked(Collection<String> names) throws MalformedRequestException {
    if (names.isEmpty()) {
      throw malformed("no name of a lock");
    }
    if (names.size() > COUNT_MAX) {
      throw malformed(
          names.size()
              + " locks at once; the most is "
              + COUNT_MAX
              + ". Take one lock that stands for many");
    }
    for (String name : names) {
      check(name);
    }
    return new LinkedHashSet<>(names);
  }

  private static void check(String name) throws MalformedRequestException {
    if (name.isEmpty()) {
      throw malformed("a lock's name is empty. Is a variable not set?");
    }
    if (name.length() > BYTES_MAX || bytes(name) > BYTES_MAX) {
      throw malformed(
          "the lock's name '%s' is longer than %d bytes. Use a shorter one, such as a checksum of it"
              .formatted(Printable.of(name, SHOWN_CHARACTERS_MAX), BYTES_MAX));
    }
    if (name.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw malformed(
          "the lock's name '%s' has control characters. Leave them out"
              .formatted(Printable.of(name, SHOWN_CHARACTERS_MAX)));
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw malformed(
          "the lock's name '%s' is no UTF-8".formatted(Printable.of(name, SHOWN_CHARACTERS_MAX)));
    }
  }

  private static int bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }

  /** The names as one field of a line. */
  public static String join(Collection<String> names) {
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      text.append(text.isEmpty() ? "" : ",");
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        text.append(ESCAPED.indexOf(c) < 0 ? String.valueOf(c) : "%%%02X".formatted((int) c));
      }
    }
    return text.toString();
  }

  /**
   * Takes a field of a line apart; the names are not checked.
   *
   * @throws MalformedRequestException if it is none
   */
  public static List<String> split(String field) throws MalformedRequestException {
    List<String> names = new ArrayList<>();
    for (String name : field.split(",", COUNT_MAX + 1)) {
      names.add(decode(name));
    }
    return names;
  }

  private static String decode(String escaped) throws MalformedRequestException {
    if (escaped.indexOf('%') < 0) {
      return escaped;
    }
    byte[] from = escaped.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(from.length);
    for (int at = 0; at < from.length; at++) {
      if (from[at] == '%') {
        bytes.write(hexadecimal(from, at + 1));
        at += 2;
      } else {
        bytes.write(from[at]);
      }
    }
    return text(bytes.toByteArray());
  }

  private static int hexadecimal(byte[] from, int at) throws MalformedRequestException {
    int high = at < from.length ? Character.digit(from[at], 16) : -1;
    int low = at + 1 < from.length ? Character.digit(from[at + 1], 16) : -1;
    if (high < 0 || low < 0) {
      throw malformed("after % come two hexadecimal digits; % itself is %25");
    }
    return high * 16 + low;
  }

  /**
   * A list of names, each ended by a newline or a NUL; the names are not checked.
   *
   * @throws MalformedRequestException if it is no UTF-8
   */
  public static List<String> lines(byte[] list) throws MalformedRequestException {
    String text = text(list);
    String ended =
        text.endsWith("\n") || text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
    return List.of(ended.split("[\n\0]", -1));
  }

  /**
   * The text that bytes stand for.
   *
   * @throws MalformedRequestException if they are no UTF-8
   */
  public static String text(byte[] bytes) throws MalformedRequestException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException other) {
      throw malformed("a lock's name is no UTF-8");
    }
  }

  /** Says why names can't be served. */
  public static MalformedRequestException malformed(String why) {
    return new MalformedRequestException(why, OptionalInt.empty());
  }
}
