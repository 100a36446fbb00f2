package dev.dibs.client;

import dev.dibs.locks.DibsDirectory;
import dev.dibs.locks.Locks;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The locks of this user, which are the daemon's.
 *
 * <pre>{@code
 * try (Locks locks = LocksFinder.find();
 *     HeldLocks held = locks.acquire(LockRequest.exclusive("app/_build"))) {
 *   build();
 * }
 * }</pre>
 *
 * <p>Without a daemon there are none, rather than those of {@link dev.dibs.locks.ProcessLocks}:
 * these are apart from the daemon's, and whoever took now the ones and now the others would be
 * excluded by nobody.
 */
public final class LocksFinder {

  private LocksFinder() {}

  /**
   * The locks of this user's daemon, as the environment says.
   *
   * @throws IOException if no daemon runs; then nothing is to be done that needs them
   */
  public static Locks find() throws IOException {
    return find(DibsDirectory.path());
  }

  /**
   * The locks of the daemon in a directory.
   *
   * @param directory as {@code DIBS_DIR}
   * @throws IOException if no daemon runs; then nothing is to be done that needs them
   */
  public static Locks find(Path directory) throws IOException {
    return DaemonLocks.connect(directory);
  }
}
