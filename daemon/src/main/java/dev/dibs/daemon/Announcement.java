package dev.dibs.daemon;

import dev.dibs.host.Self;
import dev.dibs.protocol.RequestLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;

/**
 * The file that says that a daemon serves here: {@code PID PROTOCOL VERSION SUPERVISOR KEEPER
 * FILES}.
 */
final class Announcement {

  private final Path file;
  private final DaemonOptions.Guards guards;
  private final BooleanSupplier servesFiles;

  /**
   * @param servesFiles whether there is a file system
   */
  Announcement(Path file, DaemonOptions.Guards guards, BooleanSupplier servesFiles) {
    this.file = file;
    this.guards = guards;
    this.servesFiles = servesFiles;
  }

  /** Says it; whoever reads sees all of it or nothing. */
  void make() throws IOException {
    String fields =
        "%d %d %s %d %d %s"
            .formatted(
                Self.pid(),
                RequestLine.PROTOCOL,
                Version.TEXT,
                guards.supervisor(),
                guards.keeper(),
                servesFiles.getAsBoolean() ? "fs" : "-");
    // Of one length, so that it can be replaced on a full disk. A shell reads a line byte by byte.
    String line = "%-64s".formatted(fields + "\n");
    Path aside = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(aside, line);
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      Leftovers.deleteQuietly(aside);
      replace(line, failure);
    }
  }

  /**
   * On a full disk there may still be what a killed daemon left: a line of the same length, which
   * needs no room.
   */
  private void replace(String line, IOException failure) throws IOException {
    try {
      Files.writeString(file, line, StandardOpenOption.WRITE);
    } catch (IOException again) {
      failure.addSuppressed(again);
      throw failure;
    }
  }

  /** Takes it back. */
  void withdraw() {
    Leftovers.deleteQuietly(file);
  }
}
