package dev.dibs.core;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What a party wants next.
 *
 * @param member the member claim that waits, or null if it is the party's own claim or its FIFO
 * @param fifo whether it is its FIFO that wants a token
 * @param min slots of its own without which nothing is granted; 0 for a member with a place
 * @param max slots of its own that it would take
 */
record Demand(
    Party party,
    @Nullable Member member,
    boolean fifo,
    int min,
    int max,
    long sinceMs,
    long arrival) {

  /** Least held by weight first; among equals claims before FIFOs, then first come. */
  static final Comparator<Demand> ORDER =
      Comparator.comparing(Demand::party, FairShares.POOREST_FIRST)
          .thenComparing(Demand::fifo)
          .thenComparingLong(Demand::sinceMs)
          .thenComparingLong(Demand::arrival);

  static Demand ofFifo(Party party) {
    return new Demand(party, null, true, 1, 1, party.stock.wantedSinceMs(), party.arrival);
  }

  static Demand ofParty(Party party, int min, int max) {
    return new Demand(party, null, false, min, max, party.sinceMs, party.arrival);
  }

  static Demand ofMember(Member member, int min, int max) {
    return new Demand(member.party, member, false, min, max, member.sinceMs, member.arrival);
  }

  /** Places that others keep idle in this party while they wait. */
  int lentByOthers() {
    return party.lent - lentByItself();
  }

  /** 1 if the place that is kept for it is lent, else 0. */
  int lentByItself() {
    return member != null && member.lends ? 1 : 0;
  }

  /** By how much its least grant would exceed its party's cap; not positive if it fits. */
  long overCap() {
    return (long) party.held() - lentByOthers() + min - party.terms.cap();
  }
}
