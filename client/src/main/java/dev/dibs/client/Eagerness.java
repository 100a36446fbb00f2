package dev.dibs.client;

/**
 * How long to look for an answer before going to sleep. A daemon that looks for requests likewise
 * answers sooner than a thread falls asleep and is woken, if nobody holds the lock. Where it was
 * looked for in vain it is left out the next times, each time twice as often as before: so that
 * costs next to nothing who waits for others, or has all processors busy. One thread at a time.
 */
final class Eagerness {

  /** How long is looked at most, ns. */
  private static final long LOOK_NS = 40_000;

  private static final int LEFT_OUT_MAX = 1024;

  private long lookUntilNs;
  private boolean looking;
  private int leaveOut;
  private int leaveOutNext = 1;

  /** A request was sent, and nothing is there yet. */
  void asked(long nowNs) {
    looking = leaveOut == 0;
    leaveOut = Math.max(0, leaveOut - 1);
    lookUntilNs = nowNs + LOOK_NS;
  }

  /** Something came. */
  void found() {
    if (looking) {
      leaveOutNext = 1;
    }
  }

  /** There is nothing now: whether to look again at once. */
  boolean looksAgain(long nowNs) {
    if (!looking || nowNs - lookUntilNs < 0) {
      return looking;
    }
    looking = false;
    leaveOut = leaveOutNext;
    leaveOutNext = Math.min(2 * leaveOutNext, LEFT_OUT_MAX);
    return false;
  }
}
