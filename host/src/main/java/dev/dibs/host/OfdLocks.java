package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Locks of byte ranges of a file that belong to an open file description ({@code F_OFD_SETLK},
 * Linux 3.15): they last until they are given back or the last descriptor of it is closed, in
 * whatever process. Descriptors that are inherited or duplicated are of the same one, so a lock
 * outlives the process that took it as long as somebody keeps one of them open.
 *
 * <p>They exclude those of other descriptions and record locks of processes (Java's {@code
 * FileLock}). <b>The trap:</b> a process that has record locks on the same file loses them when it
 * closes any descriptor of it, one of these included.
 *
 * <p>Thread-safe, as far as the kernel is concerned; threads that use one description don't exclude
 * each other.
 *
 * <pre>
 *   struct flock: 0 l_type (short)  2 l_whence (short)  8 l_start  16 l_len  24 l_pid (int)   32 bytes
 * </pre>
 */
public final class OfdLocks implements AutoCloseable {

  private static final int F_OFD_GETLK = 36;
  private static final int F_OFD_SETLK = 37;
  private static final int F_OFD_SETLKW = 38;
  private static final short F_RDLCK = 0;
  private static final short F_WRLCK = 1;
  private static final short F_UNLCK = 2;

  /** Added to each command for locks of the process instead: F_SETLK is 6, F_OFD_SETLK 37. */
  private static final int OF_PROCESS = 6 - F_OFD_SETLK;

  private static final int F_DUPFD_CLOEXEC = 1030;

  private final int owner;
  private volatile Descriptor file;

  private OfdLocks(Descriptor file, int owner) {
    this.file = file;
    this.owner = owner;
  }

  /**
   * A new description of a file, made (0600) if it isn't there; closed on exec.
   *
   * @throws OsException if it can't be opened for reading and writing, or is a link
   */
  public static OfdLocks open(Path file) throws OsException {
    return new OfdLocks(Descriptor.openOrMakeForAll(file.toString()), 0);
  }

  /**
   * The same with record locks of this process instead of the description's ({@code F_SETLK}): what
   * it starts does not keep them, and whatever program it becomes does. The kernel may refuse to
   * wait (EDEADLK).
   */
  public static OfdLocks ofProcess(Path file) throws OsException {
    return new OfdLocks(Descriptor.openOrMakeForAll(file.toString()), OF_PROCESS);
  }

  /**
   * A description that another process opened, by a descriptor inherited from it; closed on exec
   * from now on.
   *
   * @throws OsException EBADF if there is none of this number
   */
  public static OfdLocks inherited(int descriptor) throws OsException {
    Descriptor.closeOnExec(descriptor);
    return new OfdLocks(new Descriptor(descriptor), 0);
  }

  /**
   * A description that whoever started this process opened, to be asked what it holds; the
   * descriptor stays as it is.
   */
  public static OfdLocks borrowed(int descriptor) {
    return new OfdLocks(new Descriptor(descriptor), 0);
  }

  /**
   * Locks a range if nobody else has a conflicting lock on any of it; does not block. What this
   * description has there already is replaced, at once and without being free in between, so a lock
   * can be made weaker like this.
   *
   * @return whether it has it now; if not, all is as it was
   * @throws OsException if the file system does not lock (ENOLCK, EOPNOTSUPP, ENOSYS)
   */
  public boolean tryLock(long start, long length, boolean shared) throws OsException {
    long result = call(owner + F_OFD_SETLK, shared ? F_RDLCK : F_WRLCK, start, length);
    if (Errno.EAGAIN.is(result) || Errno.EACCES.is(result)) {
      return false;
    }
    check(result);
    return true;
  }

  /**
   * Locks a range; blocks until it has it, for ever if need be, and no interrupt of Java's ends
   * that. Other threads may lock and unlock other ranges meanwhile.
   */
  public void lock(long start, long length, boolean shared) throws OsException {
    long result;
    do {
      result = call(owner + F_OFD_SETLKW, shared ? F_RDLCK : F_WRLCK, start, length);
    } while (Errno.EINTR.is(result));
    check(result);
  }

  /** Gives a range back; nothing if it isn't locked. */
  public void unlock(long start, long length) throws OsException {
    check(call(owner + F_OFD_SETLK, F_UNLCK, start, length));
  }

  /** Whether somebody else's lock is in the way of one like this. */
  public boolean isTaken(long start, long length, boolean shared) throws OsException {
    check(call(owner + F_OFD_GETLK, shared ? F_RDLCK : F_WRLCK, start, length));
    return Scratch.mine().struct.get(JAVA_SHORT, 0) != F_UNLCK;
  }

  /**
   * A lock that is in the way of an exclusive one.
   *
   * @param shared whether it could be shared
   * @param pid the process that holds it; 0 if a description does
   */
  public record Obstacle(boolean shared, int pid) {}

  /** One of somebody else's locks that is in the way of an exclusive one; empty if none is. */
  public Optional<Obstacle> obstacle(long start, long length) throws OsException {
    if (!isTaken(start, length, false)) {
      return Optional.empty();
    }
    MemorySegment flock = Scratch.mine().struct;
    int pid = Math.max(0, flock.get(JAVA_INT, 24));
    return Optional.of(new Obstacle(flock.get(JAVA_SHORT, 0) == F_RDLCK, pid));
  }

  /**
   * Moves the descriptor to the lowest free number from {@code lowest} on, out of others' way. To
   * be done before anything is locked: to close the old one frees locks of the process.
   *
   * @throws OsException EINVAL if this process may have none so high; it stays where it is then
   */
  public void moveUp(int lowest) throws OsException {
    long result = Kernel.call(Syscall.FCNTL, file.number(), F_DUPFD_CLOEXEC, lowest);
    check(result);
    file.close();
    file = new Descriptor(result);
  }

  /** Has the descriptor stay open on exec, for whatever program this process becomes. */
  public void passOn() throws OsException {
    Descriptor.keepOnExec(file.number());
  }

  /** The kernel's number of its descriptor here. */
  public int number() {
    return file.number();
  }

  /** Closes this descriptor; the locks go with the last one of the description. */
  @Override
  public void close() {
    file.close();
  }

  private long call(int command, short type, long start, long length) {
    MemorySegment flock = Scratch.mine().struct;
    flock.set(JAVA_LONG, 0, 0); // l_whence SEEK_SET
    flock.set(JAVA_SHORT, 0, type);
    flock.set(JAVA_LONG, 8, start);
    flock.set(JAVA_LONG, 16, length);
    flock.set(JAVA_LONG, 24, 0); // l_pid
    return Kernel.call(Syscall.FCNTL, file.number(), command, flock.address());
  }

  private void check(long result) throws OsException {
    if (result < 0) {
      throw OsException.failed("fcntl", result, file);
    }
  }
}
