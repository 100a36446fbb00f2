package dev.dibs.core;

import java.util.List;

/** Refuses claims whose deadline came. */
final class Patience {

  private final Ledger ledger;
  private final Effects effects;
  private long nextMs = Long.MAX_VALUE;

  Patience(Ledger ledger, Effects effects) {
    this.ledger = ledger;
    this.effects = effects;
  }

  /** No deadline of a waiting claim is before this time, ms. */
  long nextMs() {
    return nextMs;
  }

  /** A claim starts to wait. */
  void watch(Terms terms) {
    nextMs = Math.min(nextMs, terms.deadlineMs());
  }

  /** Refuses all whose deadline came; whether there was any. */
  boolean refuseExpired(long nowMs) {
    if (nowMs < nextMs) {
      return false;
    }
    nextMs = Long.MAX_VALUE;
    boolean any = false;
    for (Party party : List.copyOf(ledger.started())) {
      any |= refuseMembers(party, nowMs);
    }
    for (Party party : ledger.newcomers().toList()) {
      any |= refuseParty(party, nowMs);
    }
    return any;
  }

  private boolean refuseMembers(Party party, long nowMs) {
    boolean any = false;
    for (Member waiter : List.copyOf(party.waiters)) {
      if (isExpired(waiter.terms, nowMs)) {
        effects.add(new Effect.Refuse(waiter.id));
        ledger.forget(waiter);
        any = true;
      }
    }
    return any;
  }

  private boolean refuseParty(Party party, long nowMs) {
    boolean expired = isExpired(party.terms, nowMs);
    if (expired) {
      effects.add(new Effect.Refuse(party.id));
      ledger.end(party);
      ledger.dropIfOver(party);
    }
    return expired;
  }

  private boolean isExpired(Terms terms, long nowMs) {
    boolean expired = terms.deadlineMs() <= nowMs;
    if (!expired) {
      watch(terms);
    }
    return expired;
  }
}
