package dev.dibs.host;

import java.nio.file.Path;
import java.util.Map;

/** Where a user's pool lives ({@code docs/control.md}, "The directory"). */
public final class RuntimeDirectory {

  private RuntimeDirectory() {}

  /**
   * The directory by rule, there or not: {@code DIBS}, which the launcher sets inside a run; {@code
   * DIBS_DIR}; {@code /run/user/UID/dibs} if {@code /run/user/UID} is a directory of that user;
   * {@code /tmp/dibs-UID}. A variable that is empty counts as not set.
   *
   * @throws java.nio.file.InvalidPathException if a variable holds what can't be a path
   */
  public static Path choose(Map<String, String> environment, int uid) {
    return choose(environment, uid, Path.of("/run/user/" + uid));
  }

  /** The same, with another place for what is usually {@code /run/user/UID}. */
  static Path choose(Map<String, String> environment, int uid, Path userRuntime) {
    String named = firstOf(environment, "DIBS", "DIBS_DIR");
    if (!named.isEmpty()) {
      return Path.of(named).toAbsolutePath();
    }
    return isDirectoryOf(userRuntime, uid)
        ? userRuntime.resolve("dibs")
        : Path.of("/tmp/dibs-" + uid);
  }

  private static String firstOf(Map<String, String> environment, String... names) {
    for (String name : names) {
      String value = environment.getOrDefault(name, "");
      if (!value.isEmpty()) {
        return value;
      }
    }
    return "";
  }

  private static boolean isDirectoryOf(Path path, int uid) {
    try {
      FileFacts facts = FileFacts.of(path.toString());
      return facts.isDirectory() && facts.uid() == uid;
    } catch (OsException absent) {
      return false;
    }
  }
}
