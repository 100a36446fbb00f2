package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Where others connect: a socket file, or a port on the loopback address; non-blocking. */
public final class StreamListener implements AutoCloseable {

  /** Longest path of a socket file, without the NUL at its end ({@code sockaddr_un.sun_path}). */
  public static final int PATH_BYTES_MAX = 107;

  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;
  private static final int ACCEPT_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
  private static final int SO_KEEPALIVE = 9;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_NODELAY = 1;

  // struct sockaddr_in: family, port (big endian), address (big endian), zeros.
  private static final int PORT_OFFSET = 2;
  private static final int ADDRESS_OFFSET = 4;
  private static final int INET_BYTES = 16;
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  /** As many as the kernel allows: who finds it full waits in {@code connect}. */
  private static final int UNIX_BACKLOG = 4096;

  private static final int TCP_BACKLOG = 128;

  private final Descriptor descriptor;
  private final String address;

  private StreamListener(Descriptor descriptor, String address) {
    this.descriptor = descriptor;
    this.address = address;
  }

  /**
   * Makes a socket file; whoever may write to it may connect.
   *
   * @throws OsException EADDRINUSE if anything has that name, ENAMETOOLONG above {@value
   *     #PATH_BYTES_MAX} bytes
   */
  public static StreamListener unix(Path path) throws OsException {
    String text = path.toString();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > PATH_BYTES_MAX) {
      String why = bytes.length + " bytes, and a socket's path has at most " + PATH_BYTES_MAX;
      throw OsException.refused("bind", Errno.ENAMETOOLONG, text, why);
    }
    StreamListener listener = new StreamListener(socket(AF_UNIX), text);
    MemorySegment name = Scratch.mine().struct.fill((byte) 0);
    name.set(JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(bytes, 0, name, JAVA_BYTE, Short.BYTES, bytes.length);
    listener.listen(name, Short.BYTES + bytes.length + 1, UNIX_BACKLOG);
    return listener;
  }

  /** Opens a port of the kernel's choice on 127.0.0.1. Every user of the machine can connect. */
  public static StreamListener loopback() throws OsException {
    StreamListener listener = new StreamListener(socket(AF_INET), "127.0.0.1");
    try {
      // Connections inherit both.
      listener.set(StreamSocket.SOL_SOCKET, SO_KEEPALIVE);
      listener.set(IPPROTO_TCP, TCP_NODELAY);
    } catch (OsException failure) {
      listener.close();
      throw failure;
    }
    MemorySegment name = Scratch.mine().struct.fill((byte) 0);
    name.set(JAVA_SHORT, 0, (short) AF_INET);
    MemorySegment.copy(LOOPBACK, 0, name, JAVA_BYTE, ADDRESS_OFFSET, LOOPBACK.length);
    listener.listen(name, INET_BYTES, TCP_BACKLOG);
    return listener;
  }

  /** The descriptor, for {@link Epoll}: readable when somebody connects. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** The port; of a loopback listener only. */
  public int port() throws OsException {
    MemorySegment name = Scratch.mine().struct;
    name.set(JAVA_INT, INET_BYTES, INET_BYTES); // socklen_t, behind the name
    check(
        "getsockname",
        Kernel.call(
            Syscall.GETSOCKNAME, descriptor.number(), name.address(), name.address() + INET_BYTES));
    int high = Byte.toUnsignedInt(name.get(JAVA_BYTE, PORT_OFFSET));
    return high << Byte.SIZE | Byte.toUnsignedInt(name.get(JAVA_BYTE, PORT_OFFSET + 1));
  }

  /**
   * The next one who connected, if there is one now.
   *
   * @throws OsException EMFILE, ENFILE, ENOMEM or ENOBUFS if there is no room for it; it stays in
   *     the queue
   */
  public Optional<StreamSocket> accept() throws OsException {
    long result = Kernel.call(Syscall.ACCEPT4, descriptor.number(), 0, 0, ACCEPT_NONBLOCK_CLOEXEC);
    if (Errno.EAGAIN.is(result) || Errno.EINTR.is(result) || Errno.ECONNABORTED.is(result)) {
      return Optional.empty();
    }
    return Optional.of(new StreamSocket(Descriptor.of("accept4", result, address)));
  }

  private static Descriptor socket(int family) throws OsException {
    long result = Kernel.call(Syscall.SOCKET, family, STREAM_NONBLOCK_CLOEXEC, 0);
    return Descriptor.of("socket", result, family == AF_UNIX ? "unix" : "tcp");
  }

  private void listen(MemorySegment name, int bytes, int backlog) throws OsException {
    try {
      check("bind", Kernel.call(Syscall.BIND, descriptor.number(), name.address(), bytes));
      check("listen", Kernel.call(Syscall.LISTEN, descriptor.number(), backlog));
    } catch (OsException failure) {
      close();
      throw failure;
    }
  }

  private void set(int level, int option) throws OsException {
    MemorySegment one = Scratch.mine().struct;
    one.set(JAVA_INT, 0, 1);
    check(
        "setsockopt",
        Kernel.call(
            Syscall.SETSOCKOPT,
            descriptor.number(),
            level,
            option,
            one.address(),
            Integer.BYTES,
            0));
  }

  private void check(String call, long result) throws OsException {
    if (result < 0) {
      throw OsException.failed(call, result, address);
    }
  }

  @Override
  public void close() {
    descriptor.close();
  }

  @Override
  public String toString() {
    return "listener at " + address;
  }
}
