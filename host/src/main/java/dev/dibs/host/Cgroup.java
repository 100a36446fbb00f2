package dev.dibs.host;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The files of one cgroup.
 *
 * @param unified whether it is in v2's only hierarchy, else in one of v1's
 * @param name its path in its hierarchy, as far as that can be seen
 * @param folder where its files are
 */
record Cgroup(boolean unified, String name, String folder) {

  private static final int FILE_BYTES_MAX = 64 * 1024;

  /** The whole of one of its files; empty if there is none. */
  Optional<String> text(String file) throws OsException {
    return KernelFile.read(folder + "/" + file, FILE_BYTES_MAX)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** A file with one number; empty if there is none, or it says something else ({@code max}). */
  OptionalLong number(String file) throws OsException {
    return text(file).map(text -> parse(text.strip())).orElse(OptionalLong.empty());
  }

  /** The number behind a word at the beginning of a line; empty if there is none. */
  static OptionalLong field(String text, String word) {
    for (String line : text.split("\n", -1)) {
      if (line.startsWith(word) && line.startsWith(" ", word.length())) {
        return parse(line.substring(word.length() + 1).strip());
      }
    }
    return OptionalLong.empty();
  }

  /** A number above or equal to 0. */
  static OptionalLong parse(String word) {
    try {
      long number = Long.parseLong(word);
      return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
    } catch (NumberFormatException notANumber) {
      return OptionalLong.empty();
    }
  }
}
