package dev.dibs.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The variables that a POSIX shell drops from its environment ({@code a.b=1}, exported bash
 * functions), as shell commands that put them in front of the command line, for {@code env} to set.
 * So a launcher in sh loses nothing of what it was started with.
 *
 * @param assignments {@code NAME=VALUE} each, one character a byte (ISO 8859-1), so that any bytes
 *     come through
 */
record EnvironmentFile(List<String> assignments) {

  static final EnvironmentFile NONE = new EnvironmentFile(List.of());

  boolean isNeeded() {
    return !assignments.isEmpty();
  }

  void write(Path file) throws IOException {
    StringBuilder script = new StringBuilder("set --");
    for (String assignment : assignments) {
      script.append(" '").append(assignment.replace("'", "'\\''")).append('\'');
    }
    Files.writeString(file, script.append(" \"$@\"\n"), StandardCharsets.ISO_8859_1);
  }
}
