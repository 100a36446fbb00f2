package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A FIFO of ours, open and non-blocking. One thread at a time may use it.
 *
 * <p>Its capacity stays what the kernel gives it, 16 pages. In a FIFO of one page, being emptied
 * would make it writable, an edge to wait for; but a page's bytes are used once until it is quite
 * empty, so after 4,096 returned tokens a client would block in returning the next one, though
 * hardly any is unread. {@link AccessWatch} tells the same without that.
 */
public final class Fifo implements AutoCloseable {

  /** Most bytes that one write puts in whole or not at all ({@code PIPE_BUF}). */
  public static final int ATOMIC_BYTES_MAX = 4096;

  /** What {@link #put} puts. */
  public static final byte TOKEN = '+';

  private static final int O_RDONLY = 0;
  private static final int O_WRONLY = 1;
  private static final int O_RDWR = 2;
  private static final int S_IFIFO_MODE_0600 = 0x1000 | 0600;
  private static final int FIONREAD = 0x541B;
  private static final MemorySegment TOKENS =
      Arena.global().allocate(ATOMIC_BYTES_MAX).fill(TOKEN).asReadOnly();

  private final Descriptor descriptor;
  private final String path;

  private Fifo(Descriptor descriptor, String path) {
    this.descriptor = descriptor;
    this.path = path;
  }

  /**
   * Makes a FIFO that only its owner may open. One of ours that is there already is fine.
   *
   * @throws OsException EEXIST if something else is there; whatever the kernel says
   */
  public static void make(Path path) throws OsException {
    String text = path.toString();
    long address = Scratch.mine().path(text);
    long result =
        Kernel.call(Syscall.MKNODAT, Kernel.WORKING_DIRECTORY, address, S_IFIFO_MODE_0600, 0);
    if (Errno.EEXIST.is(result)) {
      requireOurs("mkfifo", Errno.EEXIST, FileFacts.of(text), text);
    } else if (result < 0) {
      throw OsException.failed("mkfifo", result, text);
    }
  }

  /**
   * Opens it so that neither end ever closes.
   *
   * @throws OsException EINVAL if it is no FIFO of ours, ELOOP for a symbolic link
   */
  public static Fifo openReadWrite(Path path) throws OsException {
    return open(path, O_RDWR);
  }

  /**
   * Opens it for writing.
   *
   * @throws OsException ENXIO if nobody has it open for reading; as {@link #openReadWrite}
   */
  public static Fifo openForWriting(Path path) throws OsException {
    return open(path, O_WRONLY);
  }

  /**
   * Opens it for reading; it hangs up ({@link Epoll#HUP}) when its last writer closes it, not
   * before its first one came.
   *
   * @throws OsException as {@link #openReadWrite}
   */
  public static Fifo openForReading(Path path) throws OsException {
    return open(path, O_RDONLY);
  }

  /** The descriptor, for {@link Epoll}. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** How many bytes lie in it. */
  public int unread() throws OsException {
    MemorySegment count = Scratch.mine().struct;
    check(
        "ioctl FIONREAD",
        Kernel.call(Syscall.IOCTL, descriptor.number(), FIONREAD, count.address()));
    return count.get(JAVA_INT, 0);
  }

  /** Who has it open for writing. */
  public enum Writers {
    /** Nobody has had, since it was opened here. */
    NEVER,
    /** Somebody has. */
    SOME,
    /** Somebody had, and nobody has any more. */
    GONE
  }

  /**
   * Who has it open for writing; only for one opened for reading, into which nobody writes
   * anything.
   */
  public Writers writers() throws OsException {
    if ((Poll.now(descriptor, 0) & Poll.HUP) != 0) {
      return Writers.GONE;
    }
    return readInto(Scratch.mine().buffer(), 1) < 0 ? Writers.NEVER : Writers.SOME;
  }

  /**
   * Reads what is there, at most so many bytes.
   *
   * @return how many; 0 if there is nothing now; -1 if there is nothing and nobody can write any
   */
  public int read(byte[] into, int offset, int length) throws OsException {
    MemorySegment buffer = Scratch.mine().buffer();
    int asked = (int) Math.min(length, buffer.byteSize());
    int count = readInto(buffer, asked);
    if (count > 0) {
      MemorySegment.copy(buffer, JAVA_BYTE, 0, into, offset, count);
    }
    return count;
  }

  /** As {@link #read(byte[], int, int)}, as much as fits. */
  public int read(byte[] into) throws OsException {
    return read(into, 0, into.length);
  }

  /**
   * Takes bytes out and throws them away.
   *
   * @return how many; fewer than {@code max} if it is empty then
   */
  public int drain(int max) throws OsException {
    MemorySegment buffer = Scratch.mine().buffer();
    int taken = 0;
    while (taken < max) {
      int asked = (int) Math.min(max - taken, buffer.byteSize());
      int count = readInto(buffer, asked);
      taken += Math.max(count, 0);
      if (count < asked) {
        break;
      }
    }
    return taken;
  }

  /**
   * Writes bytes; up to {@value #ATOMIC_BYTES_MAX} of them whole or not at all.
   *
   * @return how many were written; 0 if it is full
   * @throws OsException EPIPE if nobody can read them any more
   */
  public int write(byte[] from, int offset, int length) throws OsException {
    MemorySegment buffer = Scratch.mine().buffer();
    int asked = (int) Math.min(length, buffer.byteSize());
    MemorySegment.copy(from, offset, buffer, JAVA_BYTE, 0, asked);
    return writeFrom(buffer, asked);
  }

  /** As {@link #write(byte[], int, int)}, all of it. */
  public int write(byte[] from) throws OsException {
    return write(from, 0, from.length);
  }

  /**
   * Puts tokens into it.
   *
   * @return how many were put; fewer only if it is full of unread ones
   */
  public int put(int tokens) throws OsException {
    int done = 0;
    while (done < tokens) {
      int asked = Math.min(tokens - done, ATOMIC_BYTES_MAX);
      int count = writeFrom(TOKENS, asked);
      done += count;
      if (count < asked) {
        break;
      }
    }
    return done;
  }

  @Override
  public void close() {
    descriptor.close();
  }

  @Override
  public String toString() {
    return "FIFO " + path;
  }

  private static Fifo open(Path path, int access) throws OsException {
    String text = path.toString();
    Descriptor descriptor = Descriptor.open(text, access);
    try {
      requireOurs("open", Errno.EINVAL, FileFacts.of(descriptor, text), text);
    } catch (OsException refusal) {
      descriptor.close();
      throw refusal;
    }
    return new Fifo(descriptor, text);
  }

  private static void requireOurs(String call, Errno errno, FileFacts facts, String path)
      throws OsException {
    if (!facts.isFifo()) {
      throw OsException.refused(call, errno, path, "what is there is not a FIFO");
    }
    if (facts.uid() != Self.effectiveUid()) {
      String why = "this FIFO belongs to user " + facts.uid() + ", not to us";
      throw OsException.refused(call, errno, path, why);
    }
  }

  private int readInto(MemorySegment buffer, int length) throws OsException {
    long result = Kernel.call(Syscall.READ, descriptor.number(), buffer.address(), length);
    if (result == 0 && length > 0) {
      return -1;
    }
    return notNow(result) ? 0 : (int) check("read", result);
  }

  private int writeFrom(MemorySegment buffer, int length) throws OsException {
    long result = Kernel.call(Syscall.WRITE, descriptor.number(), buffer.address(), length);
    return notNow(result) ? 0 : (int) check("write", result);
  }

  private static boolean notNow(long result) {
    return Errno.EAGAIN.is(result);
  }

  private long check(String call, long result) throws OsException {
    if (result < 0) {
      throw OsException.failed(call, result, path);
    }
    return result;
  }
}
