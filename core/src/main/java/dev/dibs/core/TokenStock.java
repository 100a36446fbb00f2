package dev.dibs.core;

/**
 * The books of one run's token FIFO, and what they tell about its demand.
 *
 * <pre>
 *              clients take the last           we drain the last
 *   HUNGRY  <------------------------ STOCKED -------------------> DORMANT
 *      |                              ^     ^                         |
 *      +------- put, returned --------+     +---- put, returned ------+
 * </pre>
 *
 * HUNGRY wants tokens. STOCKED has what it wants, but may take it any moment; those of its tokens
 * that lay unread for {@link Settings#settledAfter} are <em>settled</em>: unwanted. Of DORMANT
 * nothing is known, for a client that blocks in a read says nothing: after {@link
 * Settings#probeEvery} it counts as hungry for one token, the <em>probe</em>; where a client is
 * seen to ask ({@link #ask}), at once.
 *
 * <p>Which tokens are settled is known from a count only: as many as the least that was seen in a
 * window of {@code settledAfter}. Known gap: a client that takes and returns a token between two
 * observations is not seen; if that token is drained, the FIFO runs empty, and that is seen.
 */
final class TokenStock {

  private enum Demand {
    HUNGRY,
    STOCKED,
    DORMANT
  }

  private final long settledAfterMs;
  private final long probeEveryMs;

  private Demand demand = Demand.HUNGRY;
  private long wantedSinceMs;

  private int issued;
  private int unread;

  private int settled;
  private int leastInWindow;
  private long windowSinceMs;
  private long roseMs;

  TokenStock(Settings settings, long nowMs) {
    settledAfterMs = settings.settledAfter().toMillis();
    probeEveryMs = settings.probeEvery().toMillis();
    wantedSinceMs = nowMs;
  }

  /** Tokens put and not drained. */
  int issued() {
    return issued;
  }

  /** Bytes in the FIFO, as far as we know; may exceed what was issued until it is drained. */
  int unread() {
    return unread;
  }

  /** Bytes that a client invented. */
  int surplus() {
    return Math.max(0, unread - issued);
  }

  /** Tokens that clients took. */
  int inHands() {
    return Math.max(0, issued - unread);
  }

  /** Whether it wants a token, as far as we know. */
  boolean isWanted(long nowMs) {
    return demand != Demand.STOCKED && nowMs >= wantedSinceMs;
  }

  /** Since when it is hungry, or when it will be probed; ms. */
  long wantedSinceMs() {
    return wantedSinceMs;
  }

  /** Time at which it will be probed, or {@link Long#MAX_VALUE}. */
  long probeAtMs() {
    return demand == Demand.DORMANT ? wantedSinceMs : Long.MAX_VALUE;
  }

  /** How many of the unread tokens nobody wants. */
  int settled(long nowMs) {
    closeWindow(nowMs);
    return settled;
  }

  /** Time at which more tokens may be settled, or {@link Long#MAX_VALUE} if all are. */
  long settlesAtMs() {
    return settled < unread ? Math.min(windowSinceMs, roseMs) + settledAfterMs : Long.MAX_VALUE;
  }

  void adopt(int issuedBefore, int unreadNow, long nowMs) {
    issued = issuedBefore;
    want(Demand.HUNGRY, nowMs); // also if a member's adoption had closed it meanwhile
    see(unreadNow, nowMs);
  }

  void put(int count, long nowMs) {
    closeWindow(nowMs);
    issued += count;
    count(unread + count, nowMs);
  }

  void see(int bytes, long nowMs) {
    closeWindow(nowMs);
    if (bytes == 0 && unread > 0) {
      want(Demand.HUNGRY, nowMs);
    }
    count(bytes, nowMs);
  }

  /** A client asks in vain: nothing is left, and there is no need to probe. */
  void ask(long nowMs) {
    see(0, nowMs);
    if (demand == Demand.DORMANT) {
      want(Demand.HUNGRY, nowMs);
    }
  }

  /**
   * Takes note of drained bytes.
   *
   * @return how many of them were tokens, not surplus
   */
  int drain(int asked, int count, long nowMs) {
    closeWindow(nowMs);
    int tokens = count - Math.min(count, surplus());
    boolean clientsWereFaster = count < asked;
    issued -= tokens;
    count(clientsWereFaster ? 0 : unread - count, nowMs);
    if (clientsWereFaster) {
      want(Demand.HUNGRY, nowMs);
    } else if (unread == 0) {
      want(Demand.DORMANT, nowMs + probeEveryMs);
    }
    return tokens;
  }

  /** Writes off what clients took; how many tokens that were. */
  int writeOff() {
    int lost = inHands();
    issued -= lost;
    return lost;
  }

  /** Forgets the FIFO; how many tokens were issued. */
  int close() {
    int all = issued;
    issued = 0;
    unread = 0;
    settled = 0;
    leastInWindow = 0;
    demand = Demand.STOCKED;
    return all;
  }

  private void want(Demand kind, long sinceMs) {
    demand = kind;
    wantedSinceMs = sinceMs;
  }

  private void count(int bytes, long nowMs) {
    if (unread == 0 && bytes > 0) {
      demand = Demand.STOCKED;
      windowSinceMs = nowMs;
      leastInWindow = bytes;
    }
    if (bytes > unread) {
      roseMs = nowMs;
    }
    unread = bytes;
    leastInWindow = Math.min(leastInWindow, bytes);
    settled = Math.min(settled, bytes);
    closeWindow(nowMs);
  }

  private void closeWindow(long nowMs) {
    if (nowMs - roseMs >= settledAfterMs) {
      settled = unread;
    } else if (nowMs - windowSinceMs >= settledAfterMs) {
      settled = Math.max(settled, leastInWindow);
      windowSinceMs = nowMs;
      leastInWindow = unread;
    }
  }
}
