package dev.dibs.daemon;

import dev.dibs.host.Self;
import dev.dibs.protocol.RequestLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The file that says that a daemon serves here: {@code PID PROTOCOL VERSION}. */
final class Announcement {

  private final Path file;

  Announcement(Path file) {
    this.file = file;
  }

  /** Says it; whoever reads sees all of it or nothing. */
  void make() throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(aside, Self.pid() + " " + RequestLine.PROTOCOL + " " + Version.TEXT + "\n");
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Takes it back. */
  void withdraw() {
    Leftovers.deleteQuietly(file);
  }
}
