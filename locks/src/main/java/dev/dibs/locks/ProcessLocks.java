package dev.dibs.locks;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The way in: locks of a lock directory, for all processes that use the same one, without a daemon.
 * It has no order by {@link Priority}, and refuses upgrades, but no circles of waiters.
 */
public final class ProcessLocks {

  private ProcessLocks() {}

  /**
   * The locks of a directory.
   *
   * @param directory the lock directory; made (for its owner alone) if it isn't there, its parent
   *     must be. The first who uses it fixes its mechanism for all
   * @throws IOException if the directory can't be used: it can't be made or written, is somebody
   *     else's, is open to others, or what is in it is not ours
   */
  public static Locks in(Path directory) throws IOException {
    return new DirectoryLocks(LockDirectory.open(directory).locks());
  }
}
