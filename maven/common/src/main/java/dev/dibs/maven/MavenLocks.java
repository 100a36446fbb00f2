package dev.dibs.maven;

import dev.dibs.locks.DibsDirectory;
import dev.dibs.locks.Locks;
import dev.dibs.locks.ProcessLocks;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The locks of this Maven, opened when the first one is wanted: those of the directory that the
 * system property {@value #DIRECTORY} names, else of the user's own. Thread-safe.
 */
public final class MavenLocks {

  /** The system property that names a lock directory. */
  public static final String DIRECTORY = "dibs.locks.directory";

  private @Nullable Locks locks;

  /** A set of names to be locked and unlocked, again and again. */
  public HeldByThreads forNames(Iterable<String> names) {
    return new HeldByThreads(this, names);
  }

  /**
   * The locks.
   *
   * @throws IllegalStateException if there can be none; then nothing is to be done without
   */
  synchronized Locks open() {
    if (locks == null) {
      try {
        locks = ProcessLocks.in(directory());
      } catch (IOException failure) {
        throw new IllegalStateException("No locks for Maven: " + failure.getMessage(), failure);
      }
    }
    return locks;
  }

  private static Path directory() throws IOException {
    String chosen = System.getProperty(DIRECTORY);
    return chosen == null ? DibsDirectory.locks() : Path.of(chosen).toAbsolutePath();
  }

  /** Gives back what is held; what is asked for later opens the locks again. */
  public synchronized void close() {
    if (locks != null) {
      locks.close();
      locks = null;
    }
  }
}
