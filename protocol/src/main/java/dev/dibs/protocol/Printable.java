package dev.dibs.protocol;

/**
 * Text from elsewhere (names, command lines, directories) made safe for a terminal and a line:
 * control characters, line separators, characters that turn the direction of writing, and lone
 * surrogates become visible escapes.
 */
public final class Printable {

  private Printable() {}

  /** The text with every unprintable character as {@code \xNN} or {@code \}{@code uNNNN}. */
  public static String of(String text) {
    if (text.codePoints().allMatch(Printable::harmless)) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(point -> append(escaped, point));
    return escaped.toString();
  }

  /** At most so many characters of the printable text, with an ellipsis where it was cut. */
  public static String of(String text, int charactersMax) {
    String printable = of(text);
    return printable.length() <= charactersMax
        ? printable
        : printable.substring(0, charactersMax - 1) + "…";
  }

  private static void append(StringBuilder escaped, int point) {
    if (harmless(point)) {
      escaped.appendCodePoint(point);
    } else {
      escaped.append(point < 0x100 ? "\\x%02x".formatted(point) : "\\u%04x".formatted(point));
    }
  }

  private static boolean harmless(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
