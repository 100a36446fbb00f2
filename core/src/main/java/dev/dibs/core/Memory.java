package dev.dibs.core;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The books of memory: what there is, and what those who hold slots have of it or will have.
 *
 * <p>A claim is <em>charged</em> with what it was expected to need or with what it was seen to
 * have, whichever is more: memory grows after a start, and estimates are wrong. All is MiB. What is
 * there for claims (the <em>budget</em>) is what was free when we were told last and what claims
 * had then; so it does not change when one of them grows or ends, only when strangers do.
 *
 * <p>Reckoned when somebody asks, and anew for every event.
 */
final class Memory {

  /** So much of the budget is given away. The rest is for what nobody foresees. */
  static final int COMMITTED_PERCENT_MAX = 92;

  /** After so long nothing is known any more: better no gate than one that nobody opens. */
  static final long STALE_AFTER_MS = 10_000;

  private final Ledger ledger;
  private final Map<Long, Event.Usage> usages = new HashMap<>();
  private final Set<Long> running = new HashSet<>();
  private boolean told;
  private long toldAtMs;
  private long budgetMib;
  private long committedMib;
  private boolean takenAlone;
  private boolean reckoned;

  Memory(Ledger ledger) {
    this.ledger = ledger;
  }

  void see(Event.MemorySeen event) {
    for (Event.Usage usage : event.usages()) {
      usages.put(usage.claim(), usage);
    }
    usages.keySet().removeIf(claim -> !isGranted(claim));
    told = true;
    toldAtMs = event.nowMs();
    budgetMib = event.roomMib();
    usages.values().forEach(usage -> budgetMib += usage.mib());
    reckoned = false;
  }

  private boolean isGranted(long claim) {
    Member member = ledger.member(claim);
    Party party = ledger.party(claim);
    return member != null ? !member.waiting : party != null && !party.waiting && !party.ended;
  }

  /** Something may have changed. */
  void changed() {
    reckoned = false;
  }

  /** Whether anything is known about memory. */
  boolean isKnown(long nowMs) {
    return told && nowMs < staleAtMs();
  }

  /** When nothing will be known any more, ms. */
  long staleAtMs() {
    return toldAtMs + STALE_AFTER_MS;
  }

  long budgetMib() {
    return Math.max(0, budgetMib);
  }

  long committedMib() {
    reckon();
    return committedMib;
  }

  /** What a claim was seen to have in use, MiB; 0 if it was not looked at. */
  long usedMib(long claim) {
    Event.Usage usage = usages.get(claim);
    return usage == null ? 0 : usage.mib();
  }

  /** Whether so much more can be promised. */
  boolean fits(int mib) {
    return committedMib() + mib <= limitMib();
  }

  /** Whether more is charged than there is to give. */
  boolean isOver() {
    return committedMib() > limitMib();
  }

  private long limitMib() {
    return budgetMib() * COMMITTED_PERCENT_MAX / 100;
  }

  /** Whether a claim holds that must have the memory for itself. */
  boolean isTakenAlone() {
    reckon();
    return takenAlone;
  }

  /** Whether any claim but these is at work. One that was never looked at counts as busy. */
  boolean anyRunsBut(Set<Long> few) {
    reckon();
    int left = running.size();
    for (long claim : few) {
      left -= running.contains(claim) ? 1 : 0;
    }
    return left > 0;
  }

  /** A claim starts, or gets a token: until all is reckoned anew. */
  void took(long claim, Need need) {
    reckon();
    committedMib += need.mib();
    takenAlone |= need.alone();
    running.add(claim);
  }

  private void reckon() {
    if (reckoned) {
      return;
    }
    reckoned = true;
    committedMib = 0;
    takenAlone = false;
    running.clear();
    for (Party party : ledger.started()) {
      if (!party.ended) {
        charge(party.id, party.terms.need(), party.isRun() ? tokenSlots(party) : 1);
      }
      for (Member member : party.members) {
        if (!member.waiting) {
          charge(member.id, member.terms.need(), member.isRun() ? member.slots : 1);
        }
      }
    }
  }

  private static int tokenSlots(Party run) {
    return run.terms.tokens() ? run.implicit + run.stock.issued() : 1;
  }

  private void charge(long claim, Need need, int times) {
    Event.Usage usage = usages.get(claim);
    committedMib += Math.max((long) need.mib() * times, usedMib(claim));
    takenAlone |= need.alone();
    if (usage == null || usage.busy()) {
      running.add(claim);
    }
  }
}
