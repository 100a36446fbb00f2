package dev.dibs.core;

/** When time alone may change something. */
final class Deadlines {

  private final Ledger ledger;
  private final Patience patience;
  private final Admission admission;
  private final Memory memory;

  Deadlines(Ledger ledger, Patience patience, Admission admission, Memory memory) {
    this.ledger = ledger;
    this.patience = patience;
    this.admission = admission;
    this.memory = memory;
  }

  /**
   * The next such time, ms, or {@link Long#MAX_VALUE}.
   *
   * @param contended whether somebody waits for tokens to settle
   */
  long next(boolean contended, long nowMs) {
    long next = patience.nextMs();
    if (admission.anyStarves()) {
      next = Math.min(next, memory.staleAtMs());
    }
    for (Party party : ledger.stirring()) {
      next = Math.min(next, probe(party, nowMs));
      if (contended || party.displaced() > 0) {
        next = Math.min(next, settling(party, nowMs));
      }
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
