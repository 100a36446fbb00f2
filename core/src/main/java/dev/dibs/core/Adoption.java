package dev.dibs.core;

import java.util.List;

/**
 * Takes over what an earlier daemon granted, in any order: a member that comes before the run in
 * which it was made waits below a party that is over already, under the run's number.
 */
final class Adoption {

  private final Ledger ledger;
  private final Coverage coverage;

  Adoption(Ledger ledger, Coverage coverage) {
    this.ledger = ledger;
    this.coverage = coverage;
  }

  void adopt(Event.ClaimAdopted claim) {
    Long within = claim.within();
    if (within == null) {
      ledger.adopt(partyFor(claim.claim(), claim.terms(), claim.nowMs()), claim);
    } else {
      adoptMember(claim, within);
    }
  }

  private Party partyFor(long id, Terms terms, long nowMs) {
    Party early = ledger.party(id);
    return early != null ? early : ledger.open(id, terms, nowMs);
  }

  private void adoptMember(Event.ClaimAdopted claim, long within) {
    Member parent = ledger.member(within);
    Party party = parent != null ? parent.party : partyBefore(within, claim.nowMs());
    Member member = ledger.join(claim.claim(), party, parent, claim.terms(), claim.nowMs());
    member.belowClient = claim.belowClient();
    coverage.place(member, claim.holding().own() < claim.holding().slots());
    ledger.startMember(member, claim.holding().own(), claim.nowMs());
    if (member.isRun()) {
      takeEarlyChildren(member);
    }
  }

  private Party partyBefore(long id, long nowMs) {
    Party known = ledger.party(id);
    if (known != null) {
      return known;
    }
    Party early = ledger.open(id, Terms.run(), nowMs);
    ledger.end(early);
    return early;
  }

  /** Members that were adopted before the nested run in which they were made. */
  private void takeEarlyChildren(Member run) {
    Party early = ledger.party(run.id);
    if (early == null) {
      return;
    }
    for (Member child : List.copyOf(early.members)) {
      boolean direct = child.parent == null;
      ledger.move(child, run.party);
      if (direct) {
        child.parent = run;
      }
      if (child.place == Place.COVERED) {
        coverage.shareIfRoom(child);
      }
    }
    run.party.vacated = 0;
    ledger.dropIfOver(early);
  }
}
