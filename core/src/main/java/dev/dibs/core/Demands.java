package dev.dibs.core;

import org.jspecify.annotations.Nullable;

/** Finds out what a party wants next, and how many slots that takes. */
final class Demands {

  private final Ledger ledger;
  private final Admission admission;

  Demands(Ledger ledger, Admission admission) {
    this.ledger = ledger;
    this.admission = admission;
  }

  /** What a party wants next, and its cap and memory allow, or null. */
  @Nullable Demand next(Party party, long nowMs) {
    if (party.waiting) {
      return admission.admits(party) ? ofParty(party) : null;
    }
    Member waiter = firstAdmitted(party);
    if (waiter != null) {
      Demand demand = ofMember(waiter);
      return demand.overCap() > 0 ? null : demand;
    }
    boolean wanted = party.takesTokens() && party.stock.isWanted(nowMs);
    return wanted && admission.admitsToken(party) ? Demand.ofFifo(party) : null;
  }

  /** The first of a party's waiting members that memory lets start, or null. */
  @Nullable Member firstAdmitted(Party party) {
    for (Member waiter : party.waiters) {
      if (admission.admits(waiter)) {
        return waiter;
      }
    }
    return null;
  }

  private Demand ofParty(Party party) {
    int limit = limit(party);
    int min = Math.min(party.terms.slotsMin(), limit);
    return Demand.ofParty(party, min, most(party.terms, min, limit, party));
  }

  Demand ofMember(Member member) {
    Party party = member.party;
    int place = member.hasPlace() ? 1 : 0;
    int limit = Math.max(1, limit(party) - heldAbove(member) + place);
    int least = severalAbove(member) ? 1 : Math.min(member.terms.slotsMin(), limit);
    int underCap = party.terms.cap() - party.held();
    int most = most(member.terms, least, Math.min(limit, underCap), party);
    return Demand.ofMember(member, least - place, most - place);
  }

  private int limit(Party party) {
    return Math.min(ledger.size(), party.terms.cap());
  }

  /** More than the least is given up to the party's fair share. */
  private int most(Terms terms, int least, int limit, Party party) {
    int wanted = Math.min(terms.slotsMax(), limit);
    return wanted <= least
        ? least
        : Math.clamp(FairShares.share(ledger, party) - party.held(), least, wanted);
  }

  /** Slots that its ancestors hold as long as it lives: it can't wait for those. */
  private static int heldAbove(Member member) {
    int held = member.party.implicit;
    for (Member above = member.parent; above != null; above = above.parent) {
      held += above.own;
    }
    return held;
  }

  /**
   * Whether a run above it was granted several slots. Only one of them is known to lie idle while
   * the claim waits, so it must not insist on more than one.
   */
  private static boolean severalAbove(Member member) {
    for (Member above = member.parent; above != null; above = above.parent) {
      if (above.slots > 1) {
        return true;
      }
    }
    return member.party.implicit > 1;
  }
}
