package dev.dibs.systemtests;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The table of mounts, as this process sees it. */
final class Mounts {
  private static final Path TABLE = Path.of("/proc/self/mountinfo");
  private static final int POINT = 4;

  private Mounts() {}

  /** The mount points below a folder, the last one made first; their files are not looked at. */
  static List<String> below(Path folder) {
    return Texts.read(TABLE)
        .lines()
        .map(line -> line.split(" ", -1)[POINT])
        .filter(point -> point.startsWith(folder + "/"))
        .toList()
        .reversed();
  }

  /** Unmounts whatever is left below a folder, dead or alive. */
  static void removeBelow(Path folder) {
    for (String point : below(folder)) {
      try {
        new ProcessBuilder("umount", "-l", point).start().waitFor();
      } catch (IOException e) {
        throw new AssertionError("umount", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
