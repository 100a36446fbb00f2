package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/** What a single descriptor is ready for now: {@code ppoll} without waiting. */
final class Poll {

  static final int IN = 0x1;
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
    MemorySegment poll = Scratch.mine().struct;
    poll.set(JAVA_INT, 0, descriptor.number());
    poll.set(JAVA_SHORT, EVENTS_OFFSET, (short) wanted);
    poll.set(JAVA_SHORT, REVENTS_OFFSET, (short) 0);
    poll.set(JAVA_LONG, TIMEOUT_OFFSET, 0);
    poll.set(JAVA_LONG, TIMEOUT_OFFSET + Long.BYTES, 0);
    long timeout = poll.address() + TIMEOUT_OFFSET;
    long ready = Kernel.call(Syscall.PPOLL, poll.address(), 1, timeout, 0);
    if (ready < 0) {
      throw OsException.failed("ppoll", ready, descriptor);
    }
    return poll.get(JAVA_SHORT, REVENTS_OFFSET);
  }
}
