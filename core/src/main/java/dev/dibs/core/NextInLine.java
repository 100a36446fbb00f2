package dev.dibs.core;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Who is next, in one round.
 *
 * <p>Whoever holds nothing and has a claim that waits comes before all who hold something, so the
 * others join the line only when it is empty. Of the parties that wait for their first slots, which
 * are served in order of arrival, only the first stands in it that does not lack memory.
 */
final class NextInLine {

  private final Ledger ledger;
  private final Demands demands;
  private final long nowMs;
  private final PriorityQueue<Demand> line = new PriorityQueue<>();
  private boolean othersJoined;

  NextInLine(Ledger ledger, Demands demands, long nowMs) {
    this.ledger = ledger;
    this.demands = demands;
    this.nowMs = nowMs;
    addNewcomer();
    for (Party party : ledger.stirring()) {
      if (isDestitute(party)) {
        add(party);
      }
    }
  }

  /** Takes the next one out of the line; null if nobody wants anything. */
  @Nullable Demand poll() {
    if (line.isEmpty() && !othersJoined) {
      addOthers();
    }
    return line.poll();
  }

  /** Lets a party that was served stand in the line with what it wants next. */
  void served(Demand demand) {
    if (othersJoined || isDestitute(demand.party())) {
      add(demand.party());
    }
    if (demand.newcomer()) {
      addNewcomer();
    }
  }

  private static boolean isDestitute(Party party) {
    return !party.waiters.isEmpty() && party.held() == 0;
  }

  private void addNewcomer() {
    for (Party newcomer : ledger.newcomersInOrder()) {
      if (add(newcomer)) {
        return;
      }
    }
  }

  private void addOthers() {
    othersJoined = true;
    for (Party party : ledger.stirring()) {
      if (!isDestitute(party)) {
        add(party);
      }
    }
  }

  private boolean add(Party party) {
    Demand demand = demands.next(party, nowMs);
    return demand != null && line.add(demand);
  }
}
