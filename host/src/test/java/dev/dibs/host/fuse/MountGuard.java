package dev.dibs.host.fuse;

import java.io.IOException;
import java.nio.file.Path;

/** A process that unmounts what a test has mounted, should the test's own process be killed. */
final class MountGuard implements AutoCloseable {

  private static final String SCRIPT =
      "cat; umount -l \"$1\" 2>/dev/null || fusermount3 -u -z -- \"$1\" 2>/dev/null";

  private final Process process;

  MountGuard(Path point) throws IOException {
    process = new ProcessBuilder("sh", "-c", SCRIPT, "sh", point.toString()).start();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
