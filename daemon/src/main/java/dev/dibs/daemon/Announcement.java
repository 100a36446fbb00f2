package dev.dibs.daemon;

import dev.dibs.host.Self;
import dev.dibs.protocol.RequestLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The file that says that a daemon serves here: {@code PID PROTOCOL VERSION SUPERVISOR}. */
final class Announcement {

  private final Path file;
  private final int supervisor;

  /**
   * @param supervisor process that starts a new daemon if this one dies; 0: nobody does
   */
  Announcement(Path file, int supervisor) {
    this.file = file;
    this.supervisor = supervisor;
  }

  /** Says it; whoever reads sees all of it or nothing. */
  void make() throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(
        aside,
        "%d %d %s %d%n".formatted(Self.pid(), RequestLine.PROTOCOL, Version.TEXT, supervisor));
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Takes it back. */
  void withdraw() {
    Leftovers.deleteQuietly(file);
  }
}
