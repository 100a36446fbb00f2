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

  /**
   * A party's share of the pool, rounded up. A party that has begun shares with all others, waiting
   * ones too. One that is about to begin shares with those that have, and with heavier ones; those
   * behind it get the slots after it. For the slots that it begins with are all that it has to its
   * end, and if the last of several that wait gets a part, the rest lies idle.
   */
  static int share(Ledger ledger, Party party) {
    long weights =
        Stream.concat(ledger.started().stream(), ledger.newcomers())
            .filter(other -> !other.ended && sharesWith(party, other))
            .mapToLong(other -> other.terms.weight())
            .sum();
    long weight = party.terms.weight();
    return (int) Math.ceilDiv(ledger.size() * weight, Math.max(weight, weights));
  }

  private static boolean sharesWith(Party party, Party other) {
    return party == other
        || !party.waiting
        || !other.waiting
        || other.terms.weight() > party.terms.weight();
  }
}
