package dev.dibs.host;

/**
 * A hold on one process, whoever its parent is: its number may be used again after its death, the
 * descriptor never means another. Readable ({@link Epoll#IN}) from the moment when the process ends
 * (all its threads), reaped or not.
 */
public final class Pidfd implements AutoCloseable {

  private final Descriptor descriptor;
  private final int pid;

  private Pidfd(Descriptor descriptor, int pid) {
    this.descriptor = descriptor;
    this.pid = pid;
  }

  /**
   * Takes hold of a process; a zombie is one.
   *
   * @throws OsException ESRCH if there is no such process; EINVAL (or ENOENT, by kernel) if the
   *     number is not that of a process: not above 0, or that of a thread inside one
   */
  public static Pidfd open(int pid) throws OsException {
    long result = Kernel.call(Syscall.PIDFD_OPEN, pid, 0);
    return new Pidfd(Descriptor.of("pidfd_open", result, "pid " + pid), pid);
  }

  /** The process's number; another process may have it once this one was reaped. */
  public int pid() {
    return pid;
  }

  /** The descriptor, for {@link Epoll}. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** Whether the process has ended. */
  public boolean exited() throws OsException {
    return Poll.now(descriptor, Poll.IN) != 0;
  }

  /**
   * Sends it a signal, and never to another process.
   *
   * @return whether it could get it; false if it has been reaped
   * @throws OsException EPERM if it is not ours to signal, EINVAL if there is no such signal
   */
  public boolean signal(int number) throws OsException {
    long result = Kernel.call(Syscall.PIDFD_SEND_SIGNAL, descriptor.number(), number, 0, 0);
    if (Errno.ESRCH.is(result)) {
      return false;
    }
    if (result < 0) {
      throw OsException.failed("pidfd_send_signal", result, this);
    }
    return true;
  }

  @Override
  public void close() {
    descriptor.close();
  }

  @Override
  public String toString() {
    return "pid " + pid;
  }
}
