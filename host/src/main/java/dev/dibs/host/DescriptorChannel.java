package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A pair of connected sockets through which a program that we start can give us a descriptor
 * (SCM_RIGHTS, unix(7)). One thread uses it.
 */
public final class DescriptorChannel implements AutoCloseable {

  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;

  // struct msghdr, then struct iovec, the byte for it, and the control message with a descriptor.
  private static final int IOV_AT = 16;
  private static final int IOV_COUNT_AT = 24;
  private static final int CONTROL_AT = 32;
  private static final int CONTROL_LENGTH_AT = 40;
  private static final int MSGHDR_BYTES = 56;
  private static final int IOVEC_BYTES = 16;
  private static final int DATA_BYTES = 8;
  private static final int CONTROL_BYTES = 24;
  private static final int CMSG_LEVEL_AT = 8;
  private static final int CMSG_TYPE_AT = 12;
  private static final int CMSG_DATA_AT = 16;
  private static final int CMSG_LENGTH = CMSG_DATA_AT + Integer.BYTES;

  private final Descriptor ours;
  private final Descriptor theirs;

  private DescriptorChannel(Descriptor ours, Descriptor theirs) {
    this.ours = ours;
    this.theirs = theirs;
  }

  /** Makes one. */
  public static DescriptorChannel create() throws OsException {
    MemorySegment pair = Scratch.mine().struct;
    long result =
        Kernel.call(Syscall.SOCKETPAIR, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.address());
    if (result < 0) {
      throw OsException.failed("socketpair", result, null);
    }
    return new DescriptorChannel(
        new Descriptor(pair.get(JAVA_INT, 0)), new Descriptor(pair.get(JAVA_INT, Integer.BYTES)));
  }

  /** The end for the program; close it here once that has it, or its death is not seen. */
  public Descriptor theirs() {
    return theirs;
  }

  /**
   * Blocks until a descriptor comes, nobody has the other end any more, or the time is over.
   *
   * @return the descriptor's number, which is the caller's to close and closed on exec; empty if
   *     none came
   */
  public Optional<Integer> receive(long timeoutMs) throws OsException {
    Poll.await(ours, Poll.IN, timeoutMs);
    MemorySegment message = message();
    long result =
        Kernel.call(
            Syscall.RECVMSG, ours.number(), message.address(), MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (Errno.EAGAIN.is(result) || Errno.ECONNRESET.is(result) || result == 0) {
      return Optional.empty();
    }
    if (result < 0) {
      throw OsException.failed("recvmsg", result, null);
    }
    return descriptorIn(message);
  }

  private static MemorySegment message() {
    MemorySegment message = Scratch.mine().struct;
    message.fill((byte) 0);
    long iovec = message.address() + MSGHDR_BYTES;
    message.set(JAVA_LONG, IOV_AT, iovec);
    message.set(JAVA_LONG, IOV_COUNT_AT, 1);
    message.set(JAVA_LONG, CONTROL_AT, iovec + IOVEC_BYTES + DATA_BYTES);
    message.set(JAVA_LONG, CONTROL_LENGTH_AT, CONTROL_BYTES);
    message.set(JAVA_LONG, MSGHDR_BYTES, iovec + IOVEC_BYTES);
    message.set(JAVA_LONG, MSGHDR_BYTES + Long.BYTES, 1);
    message.set(JAVA_BYTE, MSGHDR_BYTES + IOVEC_BYTES, (byte) 0);
    return message;
  }

  private static Optional<Integer> descriptorIn(MemorySegment message) {
    MemorySegment control = message.asSlice(MSGHDR_BYTES + IOVEC_BYTES + DATA_BYTES, CONTROL_BYTES);
    boolean given =
        message.get(JAVA_LONG, CONTROL_LENGTH_AT) >= CMSG_LENGTH
            && control.get(JAVA_LONG, 0) == CMSG_LENGTH
            && control.get(JAVA_INT, CMSG_LEVEL_AT) == StreamSocket.SOL_SOCKET
            && control.get(JAVA_INT, CMSG_TYPE_AT) == SCM_RIGHTS;
    return given ? Optional.of(control.get(JAVA_INT, CMSG_DATA_AT)) : Optional.empty();
  }

  @Override
  public void close() {
    ours.close();
    theirs.close();
  }
}
