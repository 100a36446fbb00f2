package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/** What a single descriptor is ready for: {@code ppoll}. */
final class Poll {

  static final int IN = 0x1;
  static final int OUT = 0x4;
  static final int HUP = 0x10;

  // struct pollfd: int fd, short events, short revents; the time limit lies behind it.
  private static final int EVENTS_OFFSET = 4;
  private static final int REVENTS_OFFSET = 6;
  private static final int TIMEOUT_OFFSET = 8;

  private Poll() {}

  /**
   * Asks.
   *
   * @param wanted {@link #IN} or 0; {@link #HUP} is always told
   * @return what it is ready for
   */
  static int now(Descriptor descriptor, int wanted) throws OsException {
    return await(descriptor, wanted, 0);
  }

  /**
   * Blocks until it is ready, the time is over, or a signal came.
   *
   * @return what it is ready for; 0 for nothing
   */
  static int await(Descriptor descriptor, int wanted, long timeoutMs) throws OsException {
    MemorySegment poll = Scratch.mine().struct;
    poll.set(JAVA_INT, 0, descriptor.number());
    poll.set(JAVA_SHORT, EVENTS_OFFSET, (short) wanted);
    poll.set(JAVA_SHORT, REVENTS_OFFSET, (short) 0);
    poll.set(JAVA_LONG, TIMEOUT_OFFSET, timeoutMs / 1000);
    poll.set(JAVA_LONG, TIMEOUT_OFFSET + Long.BYTES, timeoutMs % 1000 * 1_000_000);
    long timeout = poll.address() + TIMEOUT_OFFSET;
    long ready = Kernel.call(Syscall.PPOLL, poll.address(), 1, timeout, 0);
    if (Errno.EINTR.is(ready)) {
      return 0;
    }
    if (ready < 0) {
      throw OsException.failed("ppoll", ready, descriptor);
    }
    return poll.get(JAVA_SHORT, REVENTS_OFFSET);
  }
}
