package dev.dibs.core;

import org.jspecify.annotations.Nullable;

/**
 * What a party wants next.
 *
 * @param member the member claim that waits, or null if it is the party's own claim or its FIFO
 * @param fifo whether it is its FIFO that wants a token
 * @param newcomer whether the party waits for its first slots
 * @param min slots of its own without which nothing is granted; 0 for a member with a place
 * @param max slots of its own that it would take
 */
record Demand(
    Party party,
    @Nullable Member member,
    boolean fifo,
    boolean newcomer,
    int min,
    int max,
    long sinceMs,
    long arrival)
    implements Comparable<Demand> {

  static Demand ofFifo(Party party) {
    return new Demand(party, null, true, false, 1, 1, party.stock.wantedSinceMs(), party.arrival);
  }

  static Demand ofParty(Party party, int min, int max) {
    return new Demand(party, null, false, true, min, max, party.sinceMs, party.arrival);
  }

  static Demand ofMember(Member member, int min, int max) {
    return new Demand(member.party, member, false, false, min, max, member.sinceMs, member.arrival);
  }

  /**
   * What its party would hold with the nth slot of those it wants. A party's first slots count for
   * nothing, and so do several that it needs at once: else a light party would never start, and who
   * needs several would starve behind equals who need one at a time.
   */
  int standing(int nth) {
    boolean asOne = newcomer || min > 1;
    return party.held() + (asOne && nth <= min ? 0 : nth);
  }

  /** Least standing by weight first; among equals claims before FIFOs, then first come. */
  @Override
  public int compareTo(Demand other) {
    int order =
        FairShares.compare(
            standing(1), party.terms.weight(), other.standing(1), other.party.terms.weight());
    if (order == 0) {
      order = Boolean.compare(fifo, other.fifo);
    }
    if (order == 0) {
      order = Long.compare(sinceMs, other.sinceMs);
    }
    return order != 0 ? order : Long.compare(arrival, other.arrival);
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
