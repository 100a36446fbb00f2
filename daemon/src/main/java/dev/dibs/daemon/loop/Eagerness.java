package dev.dibs.daemon.loop;

/**
 * How long to look for the next request before going to sleep. Clients ask in rows: a name is
 * looked up and opened, a token is taken and given back. To be woken by another processor costs
 * more than to answer, so after two requests in a row the next one is looked for a little while.
 *
 * <p>Where the client can't run meanwhile, for there is one processor or all are busy, looking is
 * in vain; every time that it was, it is left out twice as often as before, so that it costs a busy
 * machine next to nothing. For the loop's thread only.
 */
public final class Eagerness {

  /** How long a client may take from an answer to its next request, to be in a row; ns. */
  private static final long ROW_NS = 150_000;

  /** How long is looked at most, ns. */
  private static final long LOOK_NS = 40_000;

  /** The same when it is known that something comes: a client that slept is awake by then. */
  private static final long LOOK_FOR_MORE_NS = 120_000;

  private static final int LEFT_OUT_MAX = 1024;

  private long servedNs;
  private long lookUntilNs;
  private boolean looking;
  private boolean looked;
  private int leaveOut;
  private int leaveOutNext = 1;

  /** A request is there. */
  public void found(long nowNs) {
    found(nowNs, nowNs - servedNs < ROW_NS, LOOK_NS);
  }

  /** A request is there that is the first of two: a name was looked up that will be opened. */
  public void foundFirst(long nowNs) {
    found(nowNs, true, LOOK_FOR_MORE_NS);
  }

  private void found(long nowNs, boolean moreComes, long lookNs) {
    if (looked) {
      leaveOutNext = 1;
    }
    servedNs = nowNs;
    looked = false;
    looking = moreComes && leaveOut-- <= 0;
    lookUntilNs = nowNs + lookNs;
  }

  /** There is none now: whether to look again at once. */
  public boolean looksAgain(long nowNs) {
    if (!looking) {
      return false;
    }
    looked = true;
    if (nowNs - lookUntilNs < 0) {
      return true;
    }
    looking = false;
    looked = false;
    leaveOut = leaveOutNext;
    leaveOutNext = Math.min(2 * leaveOutNext, LEFT_OUT_MAX);
    return false;
  }
}
