package dev.dibs.core;

import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Shares by weight, in exact integers. A slot goes to whoever holds least by weight <em>with</em>
 * it, and from whoever held more by weight with it than the taker will: so no slot goes back and
 * forth, and equals differ by one at most.
 */
final class FairShares {

  /** Who would hold least by weight with one slot more. */
  static final Comparator<Party> POOREST_FIRST =
      (a, b) -> compare(a.held() + 1, a.terms.weight(), b.held() + 1, b.terms.weight());

  private FairShares() {}

  /** Compares {@code heldA / weightA} with {@code heldB / weightB}. */
  static int compare(long heldA, int weightA, long heldB, int weightB) {
    return Long.compare(heldA * weightB, heldB * weightA);
  }

  /** A party's share of the pool among all parties, waiting ones too, rounded up. */
  static int share(Ledger ledger, Party party) {
    long weights =
        Stream.concat(ledger.started().stream(), ledger.newcomers())
            .filter(other -> !other.ended)
            .mapToLong(other -> other.terms.weight())
            .sum();
    long weight = party.terms.weight();
    return (int) Math.ceilDiv(ledger.size() * weight, Math.max(weight, weights));
  }
}
