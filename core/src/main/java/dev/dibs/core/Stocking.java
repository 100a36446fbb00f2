package dev.dibs.core;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Puts what nobody wants into the FIFOs, evenly by weight: a burst of jobs then starts at once. */
final class Stocking {

  private static final Comparator<Party> ORDER =
      FairShares.POOREST_FIRST.thenComparingLong(party -> party.arrival);

  private final Ledger ledger;
  private final Admission admission;
  private final Effects effects;

  Stocking(Ledger ledger, Admission admission, Effects effects) {
    this.ledger = ledger;
    this.admission = admission;
    this.effects = effects;
  }

  /** Puts one token. */
  void put(Party party, long nowMs) {
    ledger.put(party, nowMs);
    admission.put(party);
    effects.put(party);
  }

  /** Puts all that is free, as far as caps allow. */
  void putAll(long nowMs) {
    if (ledger.free() <= 0) {
      return;
    }
    PriorityQueue<Party> poorest = new PriorityQueue<>(ORDER);
    offer(poorest, ledger.stirring());
    for (Party next = poorest.poll(); next != null; next = poorest.poll()) {
      if (!admission.admitsToken(next)) {
        continue;
      }
      put(next, nowMs);
      if (ledger.free() == 0) {
        return;
      }
      offer(poorest, List.of(next));
    }
  }

  private void offer(PriorityQueue<Party> poorest, Iterable<Party> parties) {
    for (Party party : parties) {
      if (party.takesTokens() && admission.admitsToken(party)) {
        poorest.add(party);
      }
    }
  }
}
