package dev.dibs.locks;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** The mechanisms, of which each lock directory has one for ever. */
enum MechanismKind {
  /** Kernel locks on ranges of one file. */
  FILE {
    @Override
    void probe(Path scratch) throws IOException {
      try (FileChannel channel =
              FileChannel.open(scratch, StandardOpenOption.READ, StandardOpenOption.WRITE);
          FileLock lock = channel.lock(0, 1, false)) {
        lock.release();
        channel.lock(0, 1, true).release();
      } catch (UnsupportedOperationException none) {
        throw new IOException(none);
      }
    }

    @Override
    Mechanism open(Path directory) throws IOException {
      return FileMechanism.of(directory);
    }
  },
  /** Loopback TCP and renamed directories, where there are no kernel locks. */
  SOCKET {
    @Override
    void probe(Path scratch) throws IOException {
      SocketProbe.run(scratch);
    }

    @Override
    Mechanism open(Path directory) throws IOException {
      return SocketMechanism.open(directory);
    }
  },
  /** A daemon's alone, which came first where there are no kernel locks. */
  DAEMON {
    @Override
    void probe(Path scratch) {}

    @Override
    Mechanism open(Path directory) throws IOException {
      throw new IOException(
          "Locks in "
              + directory
              + " are to be had from the daemon only: its file system has no locks of the kernel,"
              + " by which others could exclude the daemon's. Start the daemon, or use a directory"
              + " on a local file system.");
    }
  };

  /** As it is called in the directory. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Sees whether it works in a directory.
   *
   * @param scratch an empty file there, for this alone
   * @throws IOException if not; its message says why in a few words
   */
  abstract void probe(Path scratch) throws IOException;

  /** That of a directory whose mechanism it is; called once for each in a JVM. */
  abstract Mechanism open(Path directory) throws IOException;
}
