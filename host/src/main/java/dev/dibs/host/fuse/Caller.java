package dev.dibs.host.fuse;

import dev.dibs.host.Errno;
import dev.dibs.host.OsException;
import dev.dibs.host.Pidfd;
import dev.dibs.host.Proc;
import dev.dibs.host.ThreadOwner;
import java.util.Optional;

/**
 * The process behind a request. A request names a thread, and as long as it was read and is
 * unanswered that thread can't go away, killed or not: its number can't mean another.
 *
 * @param pid the process
 * @param parent its parent; 0 if that is outside of our pid namespace
 */
public record Caller(int pid, int parent) {

  /**
   * The process that a thread belongs to; empty if the thread has ended, or is 0.
   *
   * @param thread {@link FuseRequest.Header#thread}
   */
  public static Optional<Caller> of(int thread) throws OsException {
    try (Pidfd held = open(thread)) {
      return of(held);
    } catch (OsException refusal) {
      return ifGone(refusal);
    }
  }

  /**
   * Takes hold of the process that a thread belongs to, surely that one; empty if the thread has
   * ended, or is 0.
   */
  public static Optional<Pidfd> hold(int thread) throws OsException {
    try (Pidfd held = open(thread)) {
      Optional<Caller> caller = of(held);
      return caller.isEmpty() ? Optional.empty() : hold(caller.get().pid, held);
    } catch (OsException refusal) {
      return ifGone(refusal);
    }
  }

  /** The process's name, at most 15 bytes ({@code /proc/PID/comm}); empty if it has gone. */
  public Optional<String> name() throws OsException {
    return Proc.name(pid);
  }

  /** What {@link #of} finds out where the kernel does not tell by pidfd (before Linux 6.13). */
  static Optional<Caller> fromProc(int thread) throws OsException {
    return Proc.owner(thread).map(Caller::new);
  }

  private Caller(ThreadOwner owner) {
    this(owner.pid(), owner.parent());
  }

  private static Pidfd open(int thread) throws OsException {
    return Pidfd.openThread(thread);
  }

  private static Optional<Caller> of(Pidfd thread) throws OsException {
    Optional<ThreadOwner> owner = thread.owner();
    return owner.isPresent() ? owner.map(Caller::new) : fromProc(thread.pid());
  }

  /** The process, unless its number may have become another's before it was taken hold of. */
  private static Optional<Pidfd> hold(int pid, Pidfd thread) throws OsException {
    Pidfd process = Pidfd.open(pid);
    if (thread.exited()) {
      process.close();
      return Optional.empty();
    }
    return Optional.of(process);
  }

  private static <T> Optional<T> ifGone(OsException refusal) throws OsException {
    // EINVAL: no thread's number is below 1.
    if (refusal.is(Errno.ESRCH) || refusal.is(Errno.EINVAL)) {
      return Optional.empty();
    }
    throw refusal;
  }
}
