package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/**
 * {@code /dev/fuse}, open and non-blocking. What it is attached to, a mount's connection, lives as
 * long as any process has one of its descriptors open. One thread at a time may use it.
 */
public final class FuseDevice implements AutoCloseable {

  /** Where it is. */
  public static final String PATH = "/dev/fuse";

  /** {@link #read}: there is no request now. */
  public static final int NOTHING = 0;

  /** {@link #read}: there will be no request any more. */
  public static final int UNMOUNTED = -1;

  private static final int O_RDWR = 2;

  /** {@code _IOR(229, 0, uint32_t)}. */
  private static final long FUSE_DEV_IOC_CLONE = 0x8004E500L;

  private final Descriptor descriptor;

  private FuseDevice(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** What a device is good for. */
  public enum State {
    /** No mount has it. */
    FRESH,
    /** A mount has it. */
    ATTACHED,
    /** A mount had it, which is unmounted or aborted. */
    GONE
  }

  /**
   * Opens one.
   *
   * @throws OsException ENOENT, ENODEV or ENXIO if this system has none; EACCES or EPERM if it is
   *     not ours to open
   */
  public static FuseDevice open() throws OsException {
    return new FuseDevice(Descriptor.open(PATH, O_RDWR));
  }

  /**
   * Takes over a descriptor that we were started with, or got from another process; no program that
   * we start gets it. It should be of {@code /dev/fuse}: of anything else is {@link State#GONE} or
   * nonsense.
   *
   * @throws OsException EBADF if it is not open
   */
  public static FuseDevice inherited(int number) throws OsException {
    Descriptor.prepare(number);
    return new FuseDevice(new Descriptor(number));
  }

  /** For {@link Epoll}; readable when there is a request. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** What it is good for; takes no request out. */
  public State state() throws OsException {
    // One that is attached and alive can always be written to. Only one that is not is read from,
    // which tells why and can't take a request.
    if ((Poll.now(descriptor, Poll.OUT) & Poll.OUT) != 0) {
      return State.ATTACHED;
    }
    MemorySegment buffer = Scratch.mine().buffer();
    long result =
        Kernel.call(Syscall.READ, descriptor.number(), buffer.address(), buffer.byteSize());
    return Errno.EPERM.is(result) ? State.FRESH : State.GONE;
  }

  /**
   * Attaches this one, which is fresh, to the connection of another. Requests go to whichever is
   * read, and are answered on that.
   *
   * @throws OsException EINVAL if this is attached already, or the other is not
   */
  public void attachTo(FuseDevice other) throws OsException {
    MemorySegment number = Scratch.mine().struct;
    number.set(JAVA_INT, 0, other.descriptor.number());
    long result =
        Kernel.call(Syscall.IOCTL, descriptor.number(), FUSE_DEV_IOC_CLONE, number.address());
    if (result < 0) {
      throw OsException.failed("ioctl FUSE_DEV_IOC_CLONE", result, PATH);
    }
  }

  /**
   * Reads one request.
   *
   * @param into with room for the largest, else that is lost: its caller gets EIO
   * @return its length, or {@link #NOTHING}, or {@link #UNMOUNTED}
   * @throws OsException EPERM if no mount has it
   */
  public int read(MemorySegment into) throws OsException {
    while (true) {
      long result = Kernel.call(Syscall.READ, descriptor.number(), into.address(), into.byteSize());
      if (result > 0) {
        return (int) result;
      }
      switch (Errno.of((int) -result)) {
        case EAGAIN -> {
          return NOTHING;
        }
        case ENODEV, ECONNABORTED -> {
          return UNMOUNTED;
        }
        // Interrupted by a signal of our own; or the request's caller gave up while it was read.
        case EINTR, ENOENT -> {}
        default -> throw OsException.failed("read", result, PATH);
      }
    }
  }

  /**
   * Writes one reply or notice.
   *
   * @return 0, or minus the error number: ENOENT if its request is gone
   */
  public int write(MemorySegment from, long length) {
    long result;
    do {
      result = Kernel.call(Syscall.WRITE, descriptor.number(), from.address(), length);
    } while (Errno.EINTR.is(result));
    return (int) Math.min(result, 0);
  }

  /** The error that {@link #write} returned, in words. */
  public OsException failed(String call, int result) {
    return OsException.failed(call, result, PATH);
  }

  @Override
  public void close() {
    descriptor.close();
  }

  @Override
  public String toString() {
    return PATH;
  }
}
