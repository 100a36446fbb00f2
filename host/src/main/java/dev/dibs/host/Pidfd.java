package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * A hold on one process, whoever its parent is: its number may be used again after its death, the
 * descriptor never means another. Readable ({@link Epoll#IN}) from the moment when the process ends
 * (all its threads), reaped or not.
 */
public final class Pidfd implements AutoCloseable {

  private static final short POLLIN = 1;
  private static final int EVENTS_OFFSET = 4;
  private static final int REVENTS_OFFSET = 6;
  private static final int TIMEOUT_OFFSET = 8;

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
    MemorySegment poll = Scratch.mine().struct;
    poll.set(JAVA_INT, 0, descriptor.number());
    poll.set(JAVA_SHORT, EVENTS_OFFSET, POLLIN);
    poll.set(JAVA_SHORT, REVENTS_OFFSET, (short) 0);
    poll.set(JAVA_LONG, TIMEOUT_OFFSET, 0);
    poll.set(JAVA_LONG, TIMEOUT_OFFSET + Long.BYTES, 0);
    long now = poll.address() + TIMEOUT_OFFSET;
    long ready = Kernel.call(Syscall.PPOLL, poll.address(), 1, now, 0);
    if (ready < 0) {
      throw OsException.failed("ppoll", ready, this);
    }
    return ready > 0;
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
