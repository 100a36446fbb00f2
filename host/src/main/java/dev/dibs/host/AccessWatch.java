package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells which FIFOs somebody has read from or written to, by inotify(7). Equal events that follow
 * each other are one, and nothing says who it was or how much: a hint to look. What we read and
 * write ourselves is told too. Reads that found nothing are not.
 */
public final class AccessWatch implements AutoCloseable {

  private static final int IN_ACCESS = 0x1;
  private static final int IN_MODIFY = 0x2;
  private static final int IN_DONT_FOLLOW = 0x02000000;
  private static final int IN_NONBLOCK = 0x800;
  private static final int IN_CLOEXEC = 0x80000;

  // struct inotify_event: int wd, mask, cookie, len; then len bytes of a name, 0 for a watched file
  // itself.
  private static final int NAME_LENGTH_OFFSET = 12;
  private static final int EVENT_BYTES = 16;

  private final Descriptor descriptor;

  private AccessWatch(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Makes one that watches nothing.
   *
   * @throws OsException EMFILE above the user's limit ({@code fs.inotify.max_user_instances})
   */
  public static AccessWatch create() throws OsException {
    long result = Kernel.call(Syscall.INOTIFY_INIT1, IN_NONBLOCK | IN_CLOEXEC);
    return new AccessWatch(Descriptor.of("inotify_init1", result, "inotify"));
  }

  /** The descriptor, for {@link Epoll}: readable when something was accessed. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /**
   * Watches a file from now on.
   *
   * @return the number by which {@link #accessed} tells of it
   * @throws OsException ENOSPC above the user's limit ({@code fs.inotify.max_user_watches})
   */
  public int add(Path file) throws OsException {
    long path = Scratch.mine().path(file.toString());
    int mask = IN_ACCESS | IN_MODIFY | IN_DONT_FOLLOW;
    long result = Kernel.call(Syscall.INOTIFY_ADD_WATCH, descriptor.number(), path, mask);
    if (result < 0) {
      throw OsException.failed("inotify_add_watch", result, file);
    }
    return (int) result;
  }

  /** Watches it no more; nothing happens if it is gone already. */
  public void remove(int number) {
    Kernel.call(Syscall.INOTIFY_RM_WATCH, descriptor.number(), number);
  }

  /** The numbers of those that were accessed since the last call; it does not wait. */
  public Set<Integer> accessed() throws OsException {
    Set<Integer> numbers = new TreeSet<>();
    MemorySegment buffer = Scratch.mine().buffer();
    long count;
    do {
      count = Kernel.call(Syscall.READ, descriptor.number(), buffer.address(), buffer.byteSize());
      collect(buffer, count, numbers);
    } while (count > 0);
    if (!Errno.EAGAIN.is(count) && !Errno.EINTR.is(count)) {
      throw OsException.failed("read", count, "inotify");
    }
    return numbers;
  }

  private static void collect(MemorySegment buffer, long count, Set<Integer> numbers) {
    for (long at = 0;
        at < count;
        at += EVENT_BYTES + buffer.get(JAVA_INT, at + NAME_LENGTH_OFFSET)) {
      numbers.add(buffer.get(JAVA_INT, at));
    }
  }

  @Override
  public void close() {
    descriptor.close();
  }
}
