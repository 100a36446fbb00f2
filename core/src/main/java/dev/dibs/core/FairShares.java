package dev.dibs.core;

import java.util.Comparator;

/** Shares by weight, in exact integers. */
final class FairShares {

  static final Comparator<Party> POOREST_FIRST =
      (a, b) -> compare(a.held(), a.terms.weight(), b.held(), b.terms.weight());

  private FairShares() {}

  /** Compares {@code heldA / weightA} with {@code heldB / weightB}. */
  static int compare(long heldA, int weightA, long heldB, int weightB) {
    return Long.compare(heldA * weightB, heldB * weightA);
  }

  /** A party's share of the pool among all parties, waiting ones too, rounded up. */
  static int share(Ledger ledger, Party party) {
    long weights = 0;
    for (Party other : ledger.parties()) {
      weights += other.ended ? 0 : other.terms.weight();
    }
    long weight = party.terms.weight();
    return (int) Math.ceilDiv(ledger.size() * weight, Math.max(weight, weights));
  }
}
