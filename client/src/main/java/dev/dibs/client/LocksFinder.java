package dev.dibs.client;

import dev.dibs.locks.DibsDirectory;
import dev.dibs.locks.Locks;
import dev.dibs.locks.ProcessLocks;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The locks of this user: the daemon's, and where none runs those that need none. Both exclude each
 * other.
 *
 * <pre>{@code
 * try (Locks locks = LocksFinder.find();
 *     HeldLocks held = locks.acquire(LockRequest.exclusive("app/_build"))) {
 *   build();
 * }
 * }</pre>
 *
 * <p>Those without a daemon ({@link dev.dibs.locks.ProcessLocks}) know no {@link
 * dev.dibs.locks.Priority} and refuse no circles.
 */
public final class LocksFinder {

  private LocksFinder() {}

  /**
   * The locks of this user, as the environment says.
   *
   * @throws IOException if no daemon can be reached and locks can't be held without one; then
   *     nothing is to be done that needs them
   */
  public static Locks find() throws IOException {
    DibsDirectory.locks(); // makes what is above
    return find(DibsDirectory.path());
  }

  /**
   * The locks of a daemon's directory.
   *
   * @param directory as {@code DIBS_DIR}; must be there
   * @throws IOException if no daemon can be reached and locks can't be held without one; then
   *     nothing is to be done that needs them
   */
  public static Locks find(Path directory) throws IOException {
    try {
      return DaemonLocks.connect(directory);
    } catch (IOException noDaemon) {
      return without(directory, noDaemon);
    }
  }

  private static Locks without(Path directory, IOException noDaemon) throws IOException {
    try {
      return ProcessLocks.in(directory.resolve("locks"));
    } catch (IOException unusable) {
      unusable.addSuppressed(noDaemon);
      throw unusable;
    }
  }
}
