package dev.dibs.host;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The right to be a directory's only daemon: an exclusive {@code flock} on its file {@code lock},
 * which the kernel takes back when the process ends, however it ends. It is bound to this one open
 * file: that another part of the process opens and closes {@code lock} does no harm, as it would to
 * a record lock. The file is never deleted, or two could hold a lock of that name.
 */
public final class InstanceLock implements AutoCloseable {

  private static final String NAME = "lock";
  private static final int LOCK_EX_NB = 2 | 4;

  private final Descriptor file;

  private InstanceLock(Descriptor file) {
    this.file = file;
  }

  /**
   * Takes the lock if nobody has it; does not wait.
   *
   * @return empty if another has it, be it in this process
   */
  public static Optional<InstanceLock> tryTake(Path directory) throws OsException {
    String path = directory.resolve(NAME).toString();
    Descriptor file = Descriptor.openOrMake(path);
    long result = Kernel.call(Syscall.FLOCK, file.number(), LOCK_EX_NB);
    if (result == 0) {
      return Optional.of(new InstanceLock(file));
    }
    file.close();
    if (Errno.EAGAIN.is(result)) {
      return Optional.empty();
    }
    throw OsException.failed("flock", result, path);
  }

  /** Gives the lock back; more than once does nothing more. */
  @Override
  public void close() {
    file.close();
  }
}
