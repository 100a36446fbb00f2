package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Waits for many descriptors at once. One thread owns it. A descriptor that is closed everywhere
 * leaves by itself, unless it was duplicated into a child; {@link #remove} it first to be sure.
 *
 * <pre>{@code
 * epoll.add(fifo.descriptor(), Epoll.IN | Epoll.OUT | Epoll.EDGE_TRIGGERED, key);
 * int ready = epoll.await(1000);
 * for (int i = 0; i < ready; i++) {
 *   handle(epoll.key(i), epoll.events(i));
 * }
 * }</pre>
 */
public final class Epoll implements AutoCloseable {

  /** Something can be read. */
  public static final int IN = 0x1;

  /** Something can be written. */
  public static final int OUT = 0x4;

  /** The reading end of what we write to is gone; always waited for. */
  public static final int ERR = 0x8;

  /** The last writer is gone, or the process ended and was reaped; always waited for. */
  public static final int HUP = 0x10;

  /** Told when a state begins, not as long as it lasts. */
  public static final int EDGE_TRIGGERED = 1 << 31;

  private static final int EPOLL_CLOEXEC = 0x80000;
  private static final int ADD = 1;
  private static final int REMOVE = 2;
  private static final int CHANGE = 3;
  private static final int EVENT_BYTES = Architecture.current().epollEventBytes;
  private static final int KEY_OFFSET = Architecture.current().epollDataOffset;

  private final Descriptor descriptor;
  private final Arena memory = Arena.ofShared();
  private final MemorySegment ready;
  private final ByteBuffer view; // of what is ready: less code where nothing is warm
  private final MemorySegment wanted;
  private final int readyMax;
  private int readyCount;

  private Epoll(Descriptor descriptor, int readyMax) {
    this.descriptor = descriptor;
    this.readyMax = readyMax;
    this.ready = memory.allocate((long) EVENT_BYTES * readyMax, Long.BYTES);
    this.view = ready.asByteBuffer().order(ByteOrder.nativeOrder());
    this.wanted = memory.allocate(EVENT_BYTES, Long.BYTES);
  }

  /**
   * Makes one.
   *
   * @param readyMax most descriptors that one {@link #await} tells; the rest comes with the next
   */
  public static Epoll create(int readyMax) throws OsException {
    long result = Kernel.call(Syscall.EPOLL_CREATE1, EPOLL_CLOEXEC);
    return new Epoll(Descriptor.of("epoll_create1", result, "epoll"), readyMax);
  }

  /**
   * Waits for a descriptor as well from now on; what is ready already counts as an edge.
   *
   * @param events of the constants above
   * @param key what {@link #key} returns for it
   * @throws OsException EEXIST if it is in already, ENOSPC above the user's limit
   */
  public void add(Descriptor member, int events, long key) throws OsException {
    control("epoll_ctl ADD", ADD, member, events, key);
  }

  /** Waits for other events of a member, under another key; what is ready counts as an edge. */
  public void change(Descriptor member, int events, long key) throws OsException {
    control("epoll_ctl MOD", CHANGE, member, events, key);
  }

  /** Waits for it no more. What the last {@link #await} found stays found. */
  public void remove(Descriptor member) throws OsException {
    control("epoll_ctl DEL", REMOVE, member, 0, 0);
  }

  /**
   * Blocks until something is ready, the time is over, or a signal came.
   *
   * @param timeoutMs 0: don't wait; negative: no limit
   * @return how many are ready, for {@link #key} and {@link #events}
   */
  public int await(long timeoutMs) throws OsException {
    long timeout = Math.clamp(timeoutMs, -1, Integer.MAX_VALUE);
    long found =
        Kernel.call(
            Syscall.EPOLL_PWAIT, descriptor.number(), ready.address(), readyMax, timeout, 0, 0);
    readyCount = Errno.EINTR.is(found) ? 0 : (int) found;
    if (readyCount < 0) {
      throw OsException.failed("epoll_pwait", found, null);
    }
    return readyCount;
  }

  /** The key of the one that is ready at {@code index}. */
  public long key(int index) {
    return view.getLong(at(index) + KEY_OFFSET);
  }

  /** What it is ready for. */
  public int events(int index) {
    return view.getInt(at(index));
  }

  @Override
  public void close() {
    if (descriptor.isOpen()) {
      descriptor.close();
      memory.close();
    }
  }

  private int at(int index) {
    if (index < 0 || index >= readyCount) {
      throw new IndexOutOfBoundsException("BUG: ready " + index + " of " + readyCount);
    }
    return EVENT_BYTES * index;
  }

  private void control(String call, int operation, Descriptor member, int events, long key)
      throws OsException {
    wanted.set(JAVA_INT, 0, events);
    wanted.set(JAVA_LONG_UNALIGNED, KEY_OFFSET, key);
    long result =
        Kernel.call(
            Syscall.EPOLL_CTL, descriptor.number(), operation, member.number(), wanted.address());
    if (result < 0) {
      throw OsException.failed(call, result, member);
    }
  }
}
