package dev.dibs.locks;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A file of a lock directory that is there for kernel locks only, open as long as this JVM lives:
 * {@code ranges} has the locks, {@code turns} the turnstiles. Such a lock belongs to the process,
 * and the close of <em>any</em> descriptor of the same file frees all that the process has in it
 * (POSIX, {@code close}). So nobody else opens this file, and this channel is never closed: not by
 * an interrupt ({@link KernelWaiters}), nor by the collector when the loader of these classes goes,
 * for a shutdown hook that does nothing keeps it.
 */
final class RangesFile {

  /** The file of locks. */
  static final String RANGES = "ranges";

  /** The file of turnstiles: apart, for the cost of a lock grows with those that are held. */
  static final String TURNS = "turns";

  private static final long FIRST_PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long LONGEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private final FileChannel channel;

  private RangesFile(FileChannel channel) {
    this.channel = channel;
  }

  /** Opens one, making it if need be. To be called once for each in a JVM. */
  static RangesFile open(Path directory, String name) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(name),
            Set.of(
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                LinkOption.NOFOLLOW_LINKS),
            OwnFiles.forOwnerOnly(directory));
    keep(channel);
    return new RangesFile(channel);
  }

  private static void keep(FileChannel channel) {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(channel::isOpen, "dibs keeps a file open"));
    } catch (IllegalStateException ending) {
      return; // the JVM ends, and no loader goes before it
    }
  }

  /** Locks one byte if nobody has it, another copy of these classes in this JVM included. */
  @Nullable FileLock tryLock(long position, LockMode mode) throws IOException {
    try {
      return channel.tryLock(position, 1, mode == LockMode.SHARED);
    } catch (OverlappingFileLockException taken) {
      return null;
    }
  }

  /**
   * Locks one byte; blocks until it has it. Called by {@link KernelWaiters} only.
   *
   * <p>The kernel refuses who would wait in a circle of processes (EDEADLK). It can't know that
   * other threads of the same process go on, so its answer says nothing here. Then, and when
   * another copy of these classes has the byte, it is tried again and again with growing pauses:
   * the only polling there is.
   *
   * @return null if nobody wants it any more; that is looked at between attempts only
   * @throws IOException if it can't be locked at all
   */
  @Nullable FileLock lock(long position, LockMode mode, BooleanSupplier wanted) throws IOException {
    long pauseNs = FIRST_PAUSE_NS;
    while (wanted.getAsBoolean()) {
      FileLock lock = lockOnce(position, mode);
      if (lock != null) {
        return lock;
      }
      LockSupport.parkNanos(pauseNs);
      pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
    }
    return null;
  }

  private @Nullable FileLock lockOnce(long position, LockMode mode) throws IOException {
    try {
      return channel.lock(position, 1, mode == LockMode.SHARED);
    } catch (OverlappingFileLockException taken) {
      return null;
    } catch (IOException refused) {
      return tryLock(position, mode); // which fails too unless it was EDEADLK
    }
  }
}
