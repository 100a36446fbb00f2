package dev.dibs.core;

/** When time alone may change something. */
final class Deadlines {

  private final Ledger ledger;

  Deadlines(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * The next such time, ms, or {@link Long#MAX_VALUE}.
   *
   * @param contended whether somebody waits for tokens to settle
   */
  long next(boolean contended, long nowMs) {
    long next = Long.MAX_VALUE;
    for (Party party : ledger.parties()) {
      next = Math.min(next, patience(party));
      next = Math.min(next, probe(party, nowMs));
      if (contended || party.displaced() > 0) {
        next = Math.min(next, settling(party, nowMs));
      }
    }
    return next;
  }

  private static long patience(Party party) {
    long next = party.waiting ? party.terms.deadlineMs() : Long.MAX_VALUE;
    for (Member waiter : party.waiters) {
      next = Math.min(next, waiter.terms.deadlineMs());
    }
    return next;
  }

  private static long probe(Party party, long nowMs) {
    long at = party.stock.probeAtMs();
    return party.takesTokens() && at > nowMs ? at : Long.MAX_VALUE;
  }

  private static long settling(Party party, long nowMs) {
    boolean all = party.stock.settled(nowMs) == party.stock.unread();
    return all ? Long.MAX_VALUE : party.stock.settlesAtMs();
  }
}
