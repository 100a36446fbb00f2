package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A hold on one process, whoever its parent is: its number may be used again after its death, the
 * descriptor never means another. Readable ({@link Epoll#IN}) from the moment when the process ends
 * (all its threads), reaped or not.
 */
public final class Pidfd implements AutoCloseable {

  // linux/pidfd.h: struct pidfd_info, of 64 bytes in its first version.
  private static final long GET_INFO = 0xC040FF0BL;
  private static final int INFO_BYTES = 64;
  private static final long INFO_PID = 1;
  private static final long INFO_EXIT = 1 << 3;
  private static final int INFO_TGID_OFFSET = 20;
  private static final int INFO_PPID_OFFSET = 24;
  private static final int INFO_EXIT_OFFSET = 60;

  /** wait(2): the signal that killed it. */
  private static final int SIGNAL_BITS = 0x7f;

  /** {@code PIDFD_THREAD}, since Linux 6.9. */
  private static final int THREAD = 0x80;

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

  /**
   * Takes hold of a thread, of any process: it is over when that thread is.
   *
   * @throws OsException ESRCH if there is no such thread; EINVAL before Linux 6.9
   */
  public static Pidfd openThread(int thread) throws OsException {
    long result = Kernel.call(Syscall.PIDFD_OPEN, thread, THREAD);
    return new Pidfd(Descriptor.of("pidfd_open", result, "thread " + thread), thread);
  }

  /** One that the kernel made for us. */
  static Pidfd of(Descriptor descriptor, int pid) {
    return new Pidfd(descriptor, pid);
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
   * How it ended, as wait(2) would tell its parent: the low seven bits are the signal that killed
   * it, if any. Empty while it lives, and on kernels before 6.15 once its parent has been told.
   */
  public OptionalInt exitStatus() throws OsException {
    if (!exited()) {
      return OptionalInt.empty();
    }
    OptionalInt zombies = Proc.exitStatus(pid);
    return zombies.isPresent() && signal(0) ? zombies : statusAfterWait();
  }

  /**
   * Whether a signal ended it; false while it lives.
   *
   * @param unknown the answer where nobody knows how it ended
   */
  public boolean killed(boolean unknown) throws OsException {
    OptionalInt status = exitStatus();
    return status.isPresent() ? (status.getAsInt() & SIGNAL_BITS) != 0 : unknown && exited();
  }

  private OptionalInt statusAfterWait() {
    MemorySegment info = Scratch.mine().struct;
    return (info(info, INFO_EXIT) & INFO_EXIT) == 0
        ? OptionalInt.empty()
        : OptionalInt.of(info.get(JAVA_INT, INFO_EXIT_OFFSET));
  }

  /**
   * Which process it is, or which it is a thread of; empty if that has been reaped, and before
   * Linux 6.13.
   */
  public Optional<ThreadOwner> owner() {
    MemorySegment info = Scratch.mine().struct;
    return (info(info, INFO_PID) & INFO_PID) == 0
        ? Optional.empty()
        : Optional.of(
            new ThreadOwner(
                info.get(JAVA_INT, INFO_TGID_OFFSET), info.get(JAVA_INT, INFO_PPID_OFFSET)));
  }

  /** Fills {@code struct pidfd_info}; the mask says with what, 0 if with nothing. */
  private long info(MemorySegment info, long wanted) {
    info.asSlice(0, INFO_BYTES).fill((byte) 0);
    info.set(JAVA_LONG, 0, wanted);
    long result = Kernel.call(Syscall.IOCTL, descriptor.number(), GET_INFO, info.address());
    return result < 0 ? 0 : info.get(JAVA_LONG, 0);
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
