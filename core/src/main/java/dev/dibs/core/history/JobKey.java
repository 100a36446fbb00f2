package dev.dibs.core.history;

import java.util.Optional;

/**
 * By what a job is known again.
 *
 * <p>The constructor makes words of whatever it is given: no control characters, tool and kind
 * without {@code /}, each no longer than its bound. Of a target that is too long the end remains,
 * behind a hash of the whole.
 *
 * @param tool the program's name without its folder
 * @param kind what sort of work it is
 * @param target what it makes, as the tool was told: relative to where it runs if the tool was told
 *     so. Therefore the same file in two copies of a project is one job. May be empty.
 */
public record JobKey(String tool, String kind, String target) {

  /** Longest tool or kind, characters. */
  public static final int WORD_MAX = 60;

  /** Longest target, characters. */
  public static final int TARGET_MAX = 200;

  private static final String NONE = "-";

  public JobKey {
    tool = word(tool);
    kind = word(kind);
    target = bounded(plain(target), TARGET_MAX);
  }

  /** All jobs of this tool and kind. */
  public JobClass jobClass() {
    return new JobClass(tool, kind);
  }

  /** {@code TOOL/KIND/TARGET}: what people call it. */
  @Override
  public String toString() {
    return tool + "/" + kind + "/" + target;
  }

  /**
   * Whether somebody who says {@code TOOL}, {@code TOOL/KIND} or {@code TOOL/KIND/TARGET} means it.
   */
  public boolean isMeantBy(String text) {
    return text.equals(tool) || text.equals(tool + "/" + kind) || text.equals(toString());
  }

  /** The key that {@link #toString} made this of; empty if it is none. */
  public static Optional<JobKey> parse(String text) {
    String[] words = text.split("/", 3);
    if (words.length < 3) {
      return Optional.empty();
    }
    return Optional.of(new JobKey(words[0], words[1], words[2]))
        .filter(key -> key.toString().equals(text));
  }

  private static String word(String text) {
    String word = bounded(plain(text).replace('/', '_'), WORD_MAX);
    return word.isEmpty() ? NONE : word;
  }

  private static String bounded(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    String hash = Integer.toHexString(text.hashCode()) + "~";
    String end = text.substring(text.length() - max + hash.length());
    // Half of a surrogate pair is no character, and would not come back from a file.
    return hash + (Character.isLowSurrogate(end.charAt(0)) ? end.substring(1) : end);
  }

  private static String plain(String text) {
    for (int i = 0; i < text.length(); i++) { // many names are read at once, nearly all are ASCII
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return madePlain(text);
      }
    }
    return text;
  }

  private static String madePlain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints().forEach(point -> plain.appendCodePoint(isPlain(point) ? point : '_'));
    return plain.toString();
  }

  private static boolean isPlain(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
