package dev.dibs.daemon;

import dev.dibs.host.InstanceLock;
import dev.dibs.locks.HeldLocks;
import dev.dibs.locks.LockRefusedException;
import dev.dibs.locks.LockRequest;
import dev.dibs.locks.Locks;
import dev.dibs.locks.ProcessLocks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The right to be a directory's only daemon: the lock {@value #NAME} of the lock directory {@value
 * #FOLDER}, which is free when its holder ends, however it ends.
 *
 * <p>That directory has no other locks. In the one that users' locks are in, a daemon closes
 * descriptors of the file {@code ranges}, and would lose its own.
 *
 * <p>Beside it the daemon holds {@link InstanceLock}, which daemons before this one were elected
 * by, and which a shell can look at from another pid namespace, where record locks are not to be
 * seen.
 */
final class Election implements AutoCloseable {

  private static final String FOLDER = "election";
  private static final String NAME = "daemon";

  private final Locks locks;
  private final HeldLocks seat;
  private final InstanceLock older;

  private Election(Locks locks, HeldLocks seat, InstanceLock older) {
    this.locks = locks;
    this.seat = seat;
    this.older = older;
  }

  /**
   * Takes the right if nobody has it; does not wait.
   *
   * @param directory the daemon's
   * @return empty if another process has it
   */
  static Optional<Election> won(Path directory) throws IOException {
    Locks locks = ProcessLocks.in(directory.resolve(FOLDER));
    Election mine = null;
    try {
      Optional<HeldLocks> seat = locks.tryAcquire(LockRequest.exclusive(NAME), Duration.ZERO);
      Optional<InstanceLock> older =
          seat.isEmpty() ? Optional.empty() : InstanceLock.tryTake(directory);
      if (seat.isPresent() && older.isPresent()) {
        mine = new Election(locks, seat.get(), older.get());
      }
      return Optional.ofNullable(mine);
    } catch (LockRefusedException | InterruptedException impossible) {
      throw new IllegalStateException("BUG: nobody waits here", impossible);
    } finally {
      if (mine == null) {
        locks.close();
      }
    }
  }

  @Override
  public void close() {
    older.close();
    seat.close();
    locks.close();
  }
}
