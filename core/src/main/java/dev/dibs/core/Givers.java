package dev.dibs.core;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Chooses whose unread tokens are drained. */
final class Givers {

  private final Ledger ledger;

  Givers(Ledger ledger) {
    this.ledger = ledger;
  }

  /** What to drain for slots owed: any unread token, of the richest first. */
  Map<Party, Integer> forDebt(int count) {
    Plan plan = new Plan();
    for (Giver giver = plan.richest(); giver != null; giver = plan.richest()) {
      plan.take(giver, count);
    }
    return plan.tokens;
  }

  /**
   * What to drain for a demand, of the richest first: settled tokens, own tokens, and fresh ones as
   * long as that does not make the taker richer than the giver was.
   */
  Map<Party, Integer> forDemand(Demand demand, int count, long nowMs) {
    int sooner = demand.max() - count;
    Plan plan = new Plan();
    for (Giver giver = plan.richest(); giver != null; giver = plan.richest()) {
      int nth = Math.max(0, sooner) + plan.count + 1;
      if (giver.party == demand.party()
          || giver.planned < giver.party.stock.settled(nowMs)
          || wasRicher(giver, demand, nth)) {
        plan.take(giver, count);
      }
    }
    return plan.tokens;
  }

  /** Whether the giver of a demand's nth slot held more by weight with it than the taker will. */
  private static boolean wasRicher(Giver giver, Demand taker, int nth) {
    return FairShares.compare(
            giver.held(),
            giver.party.terms.weight(),
            taker.standing(nth),
            taker.party().terms.weight())
        > 0;
  }

  /** A party with unread tokens, less those already planned to be drained. */
  private record Giver(Party party, int planned) {

    int held() {
      return party.held() - planned;
    }

    int left() {
      return party.spare() - party.stock.surplus() - planned;
    }

    static int richestFirst(Giver a, Giver b) {
      int byWealth =
          FairShares.compare(b.held(), b.party.terms.weight(), a.held(), a.party.terms.weight());
      return byWealth != 0 ? byWealth : Long.compare(b.party.arrival, a.party.arrival);
    }
  }

  private final class Plan {

    final Map<Party, Integer> tokens = new LinkedHashMap<>();
    int count;
    private final PriorityQueue<Giver> givers = new PriorityQueue<>(Giver::richestFirst);

    Plan() {
      for (Party party : ledger.stirring()) {
        offer(new Giver(party, 0));
      }
    }

    @Nullable Giver richest() {
      return givers.poll();
    }

    /** Takes one token of a giver; with the last that is wanted, nobody is asked any more. */
    void take(Giver giver, int wanted) {
      count++;
      tokens.merge(giver.party, 1, Integer::sum);
      if (count == wanted) {
        givers.clear();
      } else {
        offer(new Giver(giver.party, giver.planned + 1));
      }
    }

    private void offer(Giver giver) {
      if (giver.left() > 0) {
        givers.add(giver);
      }
    }
  }
}
