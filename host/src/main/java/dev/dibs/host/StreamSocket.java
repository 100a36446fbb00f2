package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/** One end of a connection, Unix or TCP; non-blocking. One thread at a time may use it. */
public final class StreamSocket implements AutoCloseable {

  static final int SOL_SOCKET = 1;

  private static final int SO_PEERCRED = 17;
  private static final int SO_PEERPIDFD = 77;
  private static final int UCRED_BYTES = 12;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;

  private final Descriptor descriptor;

  StreamSocket(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Who connected; other processes may have the connection by now.
   *
   * @param pid 0 if it is in a PID namespace that we can't see
   */
  public record Peer(int pid, int uid) {}

  /** The descriptor, for {@link Epoll}. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** Who connected; of a Unix socket only. */
  public Peer peer() throws OsException {
    MemorySegment credentials = option("getsockopt SO_PEERCRED", SO_PEERCRED, UCRED_BYTES);
    return new Peer(credentials.get(JAVA_INT, 0), credentials.get(JAVA_INT, Integer.BYTES));
  }

  /**
   * Takes hold of the process that connected. Before Linux 6.5 its number is all there is to find
   * it by; if it has ended and the number has been used again, that gives another process.
   *
   * @throws OsException ESRCH (or EINVAL) if it has been reaped
   */
  public Pidfd peerProcess(Peer peer) throws OsException {
    try {
      int number = option("getsockopt SO_PEERPIDFD", SO_PEERPIDFD, Integer.BYTES).get(JAVA_INT, 0);
      return Pidfd.of(new Descriptor(number), peer.pid());
    } catch (OsException refusal) {
      if (!refusal.is(Errno.ENOPROTOOPT)) {
        throw refusal;
      }
      return Pidfd.open(peer.pid());
    }
  }

  /**
   * Reads what is there, at most as much as fits.
   *
   * @return how many bytes; 0 if there is nothing now; -1 if nothing comes any more
   */
  public int read(byte[] into) throws OsException {
    Scratch scratch = Scratch.mine();
    MemorySegment buffer = scratch.buffer(into.length);
    long count = Kernel.call(Syscall.READ, descriptor.number(), buffer.address(), into.length);
    if (Errno.EAGAIN.is(count) || Errno.EINTR.is(count)) {
      return 0;
    }
    if (count == 0 || Errno.ECONNRESET.is(count)) {
      return -1;
    }
    if (count < 0) {
      throw OsException.failed("read", count, this);
    }
    scratch.load(into, (int) count);
    return (int) count;
  }

  /**
   * Writes bytes, without a signal if nobody reads them.
   *
   * @return how many were taken; 0 if there is no room now
   * @throws OsException EPIPE or ECONNRESET if nobody can read them any more
   */
  public int write(byte[] from, int offset, int length) throws OsException {
    Scratch scratch = Scratch.mine();
    MemorySegment buffer = scratch.buffer(length);
    scratch.store(from, offset, length);
    long count =
        Kernel.call(
            Syscall.SENDTO,
            descriptor.number(),
            buffer.address(),
            length,
            MSG_DONTWAIT | MSG_NOSIGNAL,
            0,
            0);
    if (Errno.EAGAIN.is(count) || Errno.EINTR.is(count) || Errno.ENOBUFS.is(count)) {
      return 0;
    }
    if (count < 0) {
      throw OsException.failed("sendto", count, this);
    }
    return (int) count;
  }

  private MemorySegment option(String call, int name, int bytes) throws OsException {
    MemorySegment value = Scratch.mine().struct;
    value.set(JAVA_INT, bytes, bytes);
    long result =
        Kernel.call(
            Syscall.GETSOCKOPT,
            descriptor.number(),
            SOL_SOCKET,
            name,
            value.address(),
            value.address() + bytes,
            0);
    if (result < 0) {
      throw OsException.failed(call, result, this);
    }
    return value;
  }

  @Override
  public void close() {
    descriptor.close();
  }

  @Override
  public String toString() {
    return "socket";
  }
}
