package dev.dibs.host;

/**
 * The error numbers of system calls that somebody here tells apart or that deserve words. The
 * numbers are those of {@code asm-generic/errno.h}, the same on x86-64 and aarch64.
 */
public enum Errno {
  EPERM(1, "not permitted"),
  ENOENT(2, "no such file"),
  ESRCH(3, "no such process"),
  EINTR(4, "interrupted by a signal"),
  EIO(5, "input/output error"),
  ENXIO(6, "no process has it open for reading"),
  EBADF(9, "no such descriptor"),
  EAGAIN(11, "not now"),
  ENOMEM(12, "out of memory"),
  EACCES(13, "permission denied"),
  EBUSY(16, "in use"),
  EEXIST(17, "something is there already"),
  EXDEV(18, "on another file system"),
  ENODEV(19, "no such device"),
  ENOTDIR(20, "not a directory"),
  EISDIR(21, "a directory"),
  EINVAL(22, "invalid argument"),
  ENFILE(23, "too many open files in the system"),
  EMFILE(24, "too many open files in this process"),
  ENOTTY(25, "not an operation for this file"),
  ENOSPC(28, "no space left on the device"),
  ESPIPE(29, "has no position to seek to"),
  EROFS(30, "read-only file system"),
  EPIPE(32, "no process reads it any more"),
  ERANGE(34, "too large"),
  EDEADLK(35, "would wait for itself"),
  ENAMETOOLONG(36, "path too long"),
  ENOLCK(37, "no locks to be had"),
  ENOSYS(38, "not offered by this kernel"),
  ELOOP(40, "a symbolic link where none may be"),
  EPROTO(71, "protocol error"),
  EOVERFLOW(75, "too large for its type"),
  ENOPROTOOPT(92, "no such option of this kernel"),
  EOPNOTSUPP(95, "not supported"),
  EADDRINUSE(98, "the address is in use"),
  ECONNABORTED(103, "the other side went away before it was met"),
  ECONNRESET(104, "the other side broke the connection"),
  ENOBUFS(105, "out of memory for sockets"),
  ENOTCONN(107, "nobody serves it any more"),
  ETIMEDOUT(110, "took too long"),
  ESTALE(116, "is not there any more"),
  EDQUOT(122, "disk quota exceeded"),
  /** Any other; {@link OsException#number()} has the number. */
  OTHER(0, "unexpected error");

  private final int number;
  private final String text;

  Errno(int number, String text) {
    this.number = number;
    this.text = text;
  }

  /** The kernel's number, 0 for {@link #OTHER}. */
  public int number() {
    return number;
  }

  /** A few words for a person. */
  public String text() {
    return text;
  }

  /** Whether {@code result}, of {@link Kernel#call}, is this error. */
  boolean is(long result) {
    return result == -number;
  }

  static Errno of(int number) {
    for (Errno errno : values()) {
      if (errno.number == number) {
        return errno;
      }
    }
    return OTHER;
  }
}
