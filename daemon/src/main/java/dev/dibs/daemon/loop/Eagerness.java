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

  private static final int LEFT_OUT_MAX = 1024;

  private long servedNs;
  private long lookUntilNs;
  private boolean looking;
  private boolean looked;
  private int leaveOut;
  private int leaveOutNext = 1;

  /** A request is there. */
  public void found(long nowNs) {
    if (looked) {
      leaveOutNext = 1;
    }
    boolean inARow = nowNs - servedNs < ROW_NS;
    servedNs = nowNs;
    looked = false;
    looking = inARow && leaveOut-- <= 0;
    lookUntilNs = nowNs + LOOK_NS;
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
