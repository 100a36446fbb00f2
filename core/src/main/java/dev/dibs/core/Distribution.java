package dev.dibs.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * Gives free slots to whoever is next, and drains unread tokens for them.
 *
 * <p><strong>Order.</strong> Of all parties that want something, the one that would hold least by
 * weight with it is next ({@link Demand#standing}); among equals a waiting claim comes before a
 * FIFO, then first come, first served. Within a party claims are served in order of arrival, and
 * its FIFO gets nothing while one of them waits. If what is free does not suffice for the next one,
 * nobody else gets it: free slots gather, so a claim for several slots gets them all at once and
 * does not starve. A claim that a place covers needs no slot and is never behind anybody.
 *
 * <p><strong>Sources</strong>, in this order: unread tokens of the claim's own party, which change
 * nobody's wealth and so need no turn; free slots; unread tokens of others, of the richest first,
 * fresh ones only from who held more by weight than the taker will; and, for claims only, places
 * that lie idle because the claim they are kept for waits ({@link Coverage}), or because a process
 * waits for what is not of this pool ({@link Suspensions}). The last is what makes progress
 * certain: if all that is held belongs to scripts that wait, all of it is lent, and whoever is next
 * can have the whole pool.
 *
 * <p><strong>Invariant.</strong> Every round grants, puts, drains or refuses something, or is the
 * last; a drain lowers what we think is unread, so rounds end. Fresh tokens do not go back and
 * forth: whom one was taken from would have to be poorer to get it back. Nothing is put while a
 * party waits for its first slot.
 *
 * <p><strong>Races.</strong> Clients take tokens while we decide. A token counts as held until the
 * answer to its drain says that we have it; if clients were faster, the FIFO is known to be empty
 * and hungry, and the next round asks somebody else. Decisions are made anew after the answers: a
 * slot is not reserved for whom it was drained, except for a claim of the same party. A stale count
 * of unread tokens makes places too few (a claim gets a slot of its own where a place would have
 * done) or, for a moment, too many: a token was returned while what it covered goes on. The member
 * is <em>displaced</em> then, and gets that token as a slot of its own if it stays unread.
 *
 * <p><strong>Known gaps.</strong> A client that takes its token again faster than we see it keeps
 * it. A lent place is in use again at once if the waiter gives up: slots are owed until something
 * is returned. Of a run with several slots, one counts as idle while a claim below it waits, so
 * claims below it never insist on several. Tokens that make holds idle beside a waiting recipe are
 * not lent, for nobody can tell them from busy ones; if all of make sleeps, it is wedged, and they
 * are written off. Nor is the slot of a script's root lent whose only child is a run with a slot of
 * its own: if a claim that wants all of the pool is next, what that run waits for waits behind it,
 * and both do so until one of them ends (pool seed 40592433).
 */
final class Distribution {

  /** A drain that is not answered yet, and the claims of the same party for which it is. */
  private record Pending(Party party, int asked, List<Demand> heirs) {}

  private enum Outcome {
    SERVED,
    DRAINING,
    BLOCKED
  }

  private final Ledger ledger;
  private final Coverage coverage;
  private final Effects effects;
  private final Demands demands;
  private final Givers givers;
  private final Stocking stocking;
  private final Patience patience;
  private final Suspensions suspensions;
  private final Admission admission;
  private final Queue<Pending> pending = new ArrayDeque<>();
  private boolean blocked;

  Distribution(
      Ledger ledger,
      Demands demands,
      Coverage coverage,
      Patience patience,
      Suspensions suspensions,
      Admission admission,
      Effects effects) {
    this.ledger = ledger;
    this.coverage = coverage;
    this.effects = effects;
    this.demands = demands;
    this.givers = new Givers(ledger);
    this.stocking = new Stocking(ledger, admission, effects);
    this.patience = patience;
    this.suspensions = suspensions;
    this.admission = admission;
  }

  /** Whether a drain waits for its answer: nothing else may happen before. */
  boolean isDraining() {
    return !pending.isEmpty();
  }

  /** Whether somebody who is next did not get what it wants. */
  boolean isBlocked() {
    return blocked;
  }

  /** Gives all that can be given now, or drains and goes on with the answers. */
  void run(long nowMs) {
    ledger.lookWhoStirs();
    admission.lookAnew(nowMs);
    do {
      blocked = false;
      grantCovered(nowMs);
      if (drainDebt() || drainExcess()) {
        return;
      }
      boolean returning = suspensions.giveBack();
      if (drainForOwnClaims(nowMs) || serveAll(nowMs) == Outcome.DRAINING) {
        return;
      }
      blocked |= returning;
      grantPlacesAlone(nowMs);
    } while (patience.refuseExpired(nowMs));
    if (!blocked) {
      stocking.putAll(nowMs);
    }
  }

  void drainSurplus(Party party) {
    if (party.stock.surplus() > 0) {
      drain(party, party.stock.surplus(), List.of());
    }
  }

  /** Takes note of the answer to the oldest drain. */
  void drained(Event.TokensDrained answer) {
    Pending drain = pending.peek();
    if (drain == null || drain.party.id != answer.run() || answer.count() > drain.asked) {
      throw new IllegalStateException("BUG: " + answer + " does not answer " + drain);
    }
    pending.remove();
    int before = ledger.free();
    ledger.drained(drain.party, drain.asked, answer.count(), answer.nowMs());
    coverage.settleDisplaced(drain.party, ledger.free() - before);
    for (Demand heir : drain.heirs) {
      if (ledger.free() - before >= heir.min() && admission.admits(heir)) {
        grant(heir, heir.min(), answer.nowMs());
      }
    }
  }

  private void grantCovered(long nowMs) {
    List<Member> covered = new ArrayList<>();
    for (Party party : ledger.stirring()) {
      if (!party.waiters.isEmpty() || party.lent > 0) {
        for (Member member : coverage.keepPlaces(party, nowMs)) {
          if (demands.ofMember(member).max() == 0) {
            covered.add(member);
          }
        }
      }
    }
    if (covered.size() > 1 && admission.isKnown()) {
      covered.sort(admission.order());
    }
    covered.forEach(member -> grantPlace(member, nowMs));
    ledger.stirring().forEach(coverage::handOnPlaces);
  }

  private void grantPlace(Member member, long nowMs) {
    if (admission.admits(member)) {
      grantMember(member, 0, nowMs);
    }
  }

  /** Whoever has a place and only hoped for more goes on without it. */
  private void grantPlacesAlone(long nowMs) {
    for (Party party : ledger.stirring()) {
      for (Member member : placedWaiters(party)) {
        if (demands.ofMember(member).min() == 0) {
          grantPlace(member, nowMs);
        }
      }
    }
  }

  private static List<Member> placedWaiters(Party party) {
    return party.waiters.isEmpty()
        ? List.of()
        : party.waiters.stream().filter(Member::hasPlace).toList();
  }

  private boolean drainDebt() {
    int debt = -(ledger.free() + ledger.lent());
    if (debt <= 0) {
      return false;
    }
    return drainAll(givers.forDebt(debt));
  }

  /** Takes back unread tokens of runs that would start what there is no memory for. */
  private boolean drainExcess() {
    for (Party party : ledger.stirring()) {
      int tokens = admission.excessTokens(party);
      if (tokens > 0) {
        drain(party, tokens, List.of());
      }
    }
    return isDraining();
  }

  private boolean drainForOwnClaims(long nowMs) {
    for (Party party : ledger.stirring()) {
      if (party.displaced() > 0 && party.stock.settled(nowMs) > 0) {
        drain(party, Math.min(party.displaced(), party.stock.settled(nowMs)), List.of());
      } else if (!party.waiters.isEmpty() && party.spare() > 0) {
        drainForWaiters(party);
      }
    }
    return isDraining();
  }

  /** Unread tokens become slots of waiting members; that changes nobody's wealth, so no turn. */
  private void drainForWaiters(Party party) {
    List<Demand> heirs = new ArrayList<>();
    int count = 0;
    int lentNoMore = 0;
    for (Member waiter : party.waiters) {
      if (!admission.admits(waiter)) {
        continue;
      }
      Demand demand = demands.ofMember(waiter);
      lentNoMore += demand.lentByItself();
      if (demand.min() < demand.max()
          || count + demand.min() > party.spare()
          || isLentOn(party, lentNoMore)) {
        break;
      }
      heirs.add(demand);
      count += demand.min();
    }
    if (count == 0) {
      count = overCap(party);
    }
    if (count > 0) {
      drain(party, count, heirs);
    }
  }

  /** Whether others use places that these waiters would use again as soon as they are granted. */
  private boolean isLentOn(Party party, int lentNoMore) {
    return party.held() - party.lent + lentNoMore > party.terms.cap()
        || ledger.free() + ledger.lent() < lentNoMore;
  }

  /** How many unread tokens keep the first waiter of a party from fitting under its cap. */
  private int overCap(Party party) {
    Member first = demands.firstAdmitted(party);
    return first == null ? 0 : Math.clamp(demands.ofMember(first).overCap(), 0, party.spare());
  }

  private Outcome serveAll(long nowMs) {
    NextInLine line = new NextInLine(ledger, demands, nowMs);
    for (Demand next = line.poll(); next != null; next = line.poll()) {
      if (!admission.admits(next)) {
        line.served(next);
        continue;
      }
      Outcome outcome = blocked ? lend(next, nowMs) : serve(next, nowMs);
      blocked |= outcome != Outcome.SERVED;
      if (outcome == Outcome.SERVED) {
        line.served(next);
      } else if (outcome == Outcome.DRAINING || !next.fifo()) {
        return outcome;
      }
    }
    return Outcome.SERVED;
  }

  private Outcome serve(Demand next, long nowMs) {
    int free = ledger.free();
    if (free < next.max() && drainAll(givers.forDemand(next, next.max() - free, nowMs))) {
      return Outcome.DRAINING;
    }
    if (free < next.min() && !canBorrow(next)) {
      return Outcome.BLOCKED;
    }
    grant(next, Math.clamp(free, next.min(), next.max()), nowMs);
    return Outcome.SERVED;
  }

  /**
   * Serves a claim behind a FIFO for which there is nothing. Places are not lent to FIFOs: nobody
   * knows when a token comes back. So they are no use to it, and it must not keep them from others.
   */
  private Outcome lend(Demand next, long nowMs) {
    if (!canBorrow(next)) {
      return Outcome.BLOCKED;
    }
    grant(next, next.min(), nowMs);
    return Outcome.SERVED;
  }

  private boolean canBorrow(Demand next) {
    int lentByOthers = ledger.lent() - next.lentByItself();
    return !next.fifo() && ledger.free() + lentByOthers >= next.min();
  }

  private void grant(Demand demand, int slots, long nowMs) {
    Member member = demand.member();
    if (member != null) {
      grantMember(member, slots, nowMs);
    } else if (demand.fifo()) {
      stocking.put(demand.party(), nowMs);
    } else {
      Party party = demand.party();
      ledger.startParty(party, slots, nowMs);
      admission.started(party.id, party.arrival, party.terms.need());
      effects.add(new Effect.Grant(demand.party().id, slots, slots));
    }
  }

  private void grantMember(Member member, int own, long nowMs) {
    ledger.startMember(member, own, nowMs);
    admission.started(member.id, member.arrival, member.terms.need());
    effects.add(new Effect.Grant(member.id, member.slots, own));
  }

  private boolean drainAll(Map<Party, Integer> tokens) {
    tokens.forEach((party, count) -> drain(party, count, List.of()));
    return isDraining();
  }

  private void drain(Party party, int count, List<Demand> heirs) {
    effects.closePuts();
    effects.add(new Effect.Drain(party.id, count));
    pending.add(new Pending(party, count, heirs));
  }
}
