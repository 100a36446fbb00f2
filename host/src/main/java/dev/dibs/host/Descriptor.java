package dev.dibs.host;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open file descriptor of ours, closed once. Any thread may close it; whoever uses its number
 * meanwhile must know that nobody does, for the kernel gives a closed number to the next file.
 */
public final class Descriptor implements AutoCloseable {

  private static final int CLOSED = -1;
  private static final int F_SETFD = 2;
  private static final int F_SETFL = 4;
  private static final int FD_CLOEXEC = 1;
  private static final int O_CREAT = 0x40;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_NOCTTY = 0x100;

  private final AtomicInteger number;

  Descriptor(long number) {
    this.number = new AtomicInteger(Math.toIntExact(number));
  }

  /**
   * Opens a file without waiting for anybody, following no link at the path's end; closed on exec.
   *
   * @param access {@code O_RDONLY} 0, {@code O_WRONLY} 1, {@code O_RDWR} 2
   */
  static Descriptor open(String path, int access) throws OsException {
    int flags = access | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | Architecture.current().noFollow;
    return of("open", openAt(path, flags, 0), path);
  }

  /** Opens a regular file of ours for writing as {@link #open}, making it (0600) if need be. */
  static Descriptor openOrMake(String path) throws OsException {
    int flags = 1 | O_CREAT | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | Architecture.current().noFollow;
    return of("open", openAt(path, flags, 0600), path);
  }

  /** The same for reading as well. */
  static Descriptor openOrMakeForAll(String path) throws OsException {
    int flags = 2 | O_CREAT | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | Architecture.current().noFollow;
    return of("open", openAt(path, flags, 0600), path);
  }

  /**
   * Has one that somebody else opened closed on exec.
   *
   * @throws OsException EBADF if there is none of this number
   */
  static void closeOnExec(int number) throws OsException {
    setFlags(number, FD_CLOEXEC);
  }

  /** Has one inherited by whatever program this process becomes. */
  static void keepOnExec(int number) throws OsException {
    setFlags(number, 0);
  }

  private static void setFlags(int number, int flags) throws OsException {
    long result = Kernel.call(Syscall.FCNTL, number, F_SETFD, flags);
    if (result < 0) {
      throw OsException.failed("fcntl", result, "descriptor " + number);
    }
  }

  /**
   * Makes one that somebody else opened like those that we open: non-blocking, and closed on exec.
   *
   * @throws OsException EBADF if there is none of this number
   */
  static void prepare(int number) throws OsException {
    closeOnExec(number);
    long result = Kernel.call(Syscall.FCNTL, number, F_SETFL, O_NONBLOCK);
    if (result < 0) {
      throw OsException.failed("fcntl", result, "descriptor " + number);
    }
  }

  /** A descriptor for the result of a call that makes one. */
  static Descriptor of(String call, long result, Object path) throws OsException {
    if (result < 0) {
      throw OsException.failed(call, result, path);
    }
    return new Descriptor(result);
  }

  /** A read-only descriptor number, or minus the error number; closed on exec. */
  static long openForReading(String path) throws OsException {
    return openAt(path, O_CLOEXEC | O_NOCTTY, 0);
  }

  private static long openAt(String path, int flags, int mode) throws OsException {
    long address = Scratch.mine().path(path);
    return Kernel.call(Syscall.OPENAT, Kernel.WORKING_DIRECTORY, address, flags, mode);
  }

  /**
   * The kernel's number for it.
   *
   * @throws IllegalStateException if it is closed
   */
  public int number() {
    int current = number.get();
    if (current == CLOSED) {
      throw new IllegalStateException("BUG: this descriptor is closed");
    }
    return current;
  }

  /** Whether it is still open. */
  public boolean isOpen() {
    return number.get() != CLOSED;
  }

  /** Closes it; more than once does nothing more. */
  @Override
  public void close() {
    int last = number.getAndSet(CLOSED);
    if (last != CLOSED) {
      Kernel.call(Syscall.CLOSE, last);
    }
  }

  @Override
  public String toString() {
    return "descriptor " + number.get();
  }
}
