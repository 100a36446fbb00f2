package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How other threads wake one that waits in {@link Epoll#await}: an eventfd, readable from {@link
 * #wake} to {@link #clear}.
 */
public final class Wakeup implements AutoCloseable {

  private static final int EFD_NONBLOCK = 0x800;
  private static final int EFD_CLOEXEC = 0x80000;
  private static final MemorySegment ONE = one();

  private final Descriptor descriptor;

  private Wakeup(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** Makes one that is not readable. */
  public static Wakeup create() throws OsException {
    long result = Kernel.call(Syscall.EVENTFD2, 0, EFD_NONBLOCK | EFD_CLOEXEC);
    return new Wakeup(Descriptor.of("eventfd2", result, "wakeup"));
  }

  /** The descriptor, for {@link Epoll}. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** Makes it readable; from any thread, at any time, also after {@link #close}, and quickly. */
  public synchronized void wake() {
    if (descriptor.isOpen()) {
      // Can only fail with EAGAIN, when it counts to 2^64 - 2: readable enough.
      Kernel.call(Syscall.WRITE, descriptor.number(), ONE.address(), Long.BYTES);
    }
  }

  /** Makes it unreadable again; do this before looking at what one was woken for. */
  public void clear() {
    Kernel.call(Syscall.READ, descriptor.number(), Scratch.mine().struct.address(), Long.BYTES);
  }

  @Override
  public synchronized void close() {
    descriptor.close();
  }

  private static MemorySegment one() {
    MemorySegment one = Arena.global().allocate(JAVA_LONG);
    one.set(JAVA_LONG, 0, 1);
    return one.asReadOnly();
  }
}
