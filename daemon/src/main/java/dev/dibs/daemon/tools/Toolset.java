package dev.dibs.daemon.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The build tools that a PATH finds, each with what tells that the file is still the same.
 *
 * @param files by tool; a tool that the PATH does not find has none
 */
record Toolset(Map<Tool, Executable> files) {

  /** A program and when it was written. */
  record Executable(Path path, FileTime written) {}

  /** Longest PATH looked at, in folders. */
  private static final int FOLDERS_MAX = 200;

  /**
   * Looks the tools up as {@code execvp} would.
   *
   * @param leftOut folders below which nothing is looked at: those of shims; and our own file
   *     system, for whose files the daemon would wait for itself
   */
  static Toolset find(String searchPath, Path... leftOut) {
    Map<Tool, Executable> found = new EnumMap<>(Tool.class);
    String[] folders = searchPath.split(":", -1);
    for (int i = 0; i < Math.min(folders.length, FOLDERS_MAX); i++) {
      if (folders[i].startsWith("/") && !isBelow(folders[i], leftOut)) {
        addFrom(folders[i], found);
      }
    }
    return new Toolset(found);
  }

  private static boolean isBelow(String folder, Path... leftOut) {
    try {
      Path path = Path.of(folder).normalize();
      return Arrays.stream(leftOut).anyMatch(path::startsWith);
    } catch (InvalidPathException unusable) {
      return true;
    }
  }

  private static void addFrom(String folder, Map<Tool, Executable> found) {
    for (Tool tool : Tool.values()) {
      if (!found.containsKey(tool)) {
        executable(folder, tool).ifPresent(file -> found.put(tool, file));
      }
    }
  }

  private static Optional<Executable> executable(String folder, Tool tool) {
    try {
      Path path = Path.of(folder, tool.command());
      return Files.isRegularFile(path) && Files.isExecutable(path)
          ? Optional.of(new Executable(path, Files.getLastModifiedTime(path)))
          : Optional.empty();
    } catch (IOException | InvalidPathException unusable) {
      return Optional.empty();
    }
  }

  /** The make that a bare {@code make} starts, else {@code gmake}. */
  Optional<Executable> make() {
    return Optional.ofNullable(files.getOrDefault(Tool.MAKE, files.get(Tool.GMAKE)));
  }
}
