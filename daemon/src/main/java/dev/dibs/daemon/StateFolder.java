package dev.dibs.daemon;

import dev.dibs.host.RuntimeDirectory;
import dev.dibs.host.Self;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where that lies which outlives a daemon: the shims, whose paths configure scripts remember, and
 * the sizes of pools. With the directory if that is somebody's private world, else by the XDG
 * rules.
 */
final class StateFolder {

  private StateFolder() {}

  /**
   * @param directory the daemon's
   * @param environment where HOME and XDG_STATE_HOME are looked up
   */
  static Path of(Path directory, Map<String, String> environment) {
    boolean usual = directory.equals(RuntimeDirectory.choose(Map.of(), Self.effectiveUid()));
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    if (!usual || (!state.startsWith("/") && !home.startsWith("/"))) {
      return directory;
    }
    Path base = state.startsWith("/") ? Path.of(state) : Path.of(home, ".local/state");
    return base.resolve("dibs");
  }
}
