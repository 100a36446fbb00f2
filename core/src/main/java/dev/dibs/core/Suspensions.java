package dev.dibs.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Those who wait for what is not of this pool, and lend the slots that cover them. The books don't
 * change: the slots stay with their party, and count as idle ({@link Party#idle}). They count as
 * used again from the moment when the waiter is to go on, so that nobody else is granted anything,
 * and the waiter goes on when no more slots are owed than those behind it want back.
 *
 * <pre>
 *   Suspended --> idle --Resumed--> returning --as soon as slots suffice--> Resume
 * </pre>
 *
 * <p>The pool is <em>overdrawn</em> if more is held than it has since it shrank or was taken over.
 * Who is suspended then does not wait for its slot: what is owed may be held by nobody but those
 * who wait for it. That ends with the debt: what others have of the pool then, they return.
 */
final class Suspensions {

  private static final class Waiter {
    private final long claim;
    private final int slots;
    private final Party party;
    private boolean atOnce;

    private Waiter(long claim, int slots, Party party, boolean atOnce) {
      this.claim = claim;
      this.slots = slots;
      this.party = party;
      this.atOnce = atOnce;
    }
  }

  private final Ledger ledger;
  private final Effects effects;
  private final Map<Long, Waiter> idle = new LinkedHashMap<>();
  private final Map<Long, Waiter> returning = new LinkedHashMap<>();
  private boolean overdrawn;

  Suspensions(Ledger ledger, Effects effects) {
    this.ledger = ledger;
    this.effects = effects;
  }

  void suspend(Event.Suspended event, Party party) {
    long waiter = event.waiter();
    if (idle.containsKey(waiter) || returning.containsKey(waiter)) {
      throw new IllegalArgumentException("waiter " + waiter + " is suspended twice");
    }
    boolean atOnce = overdrawn && owed() > 0;
    idle.put(waiter, new Waiter(event.claim(), event.slots(), party, atOnce));
    party.suspended += event.slots();
  }

  void resume(long id) {
    Waiter waiter = idle.remove(id);
    if (waiter != null) {
      waiter.party.suspended -= waiter.slots;
    }
    if (waiter == null || waiter.atOnce) {
      effects.add(new Effect.Resume(id));
    } else {
      returning.put(id, waiter);
    }
  }

  /** To be called when the pool has fewer slots, or was taken over with all that is held. */
  void lookIfOverdrawn() {
    if (ledger.free() < 0) {
      overdrawn = true;
      idle.values().forEach(waiter -> waiter.atOnce = true);
      returning.values().forEach(waiter -> waiter.atOnce = true);
    }
  }

  /** Whether the debt would be paid even if all who are suspended went on. */
  private void lookIfPaid() {
    if (overdrawn && ledger.free() + ledger.lentByMembers() >= 0) {
      overdrawn = false;
      idle.values().forEach(waiter -> waiter.atOnce = false);
    }
  }

  /** A claim ended: nothing of it is lent any more. */
  void ended(long claim) {
    idle.values().stream()
        .filter(waiter -> waiter.claim == claim)
        .forEach(waiter -> waiter.party.suspended -= waiter.slots);
    idle.values().removeIf(waiter -> waiter.claim == claim);
    for (Map.Entry<Long, Waiter> waiter : List.copyOf(returning.entrySet())) {
      if (waiter.getValue().claim == claim) {
        tell(waiter.getKey());
      }
    }
  }

  /** Lets go on whoever can, first come first; whether somebody has to wait for its slot. */
  boolean giveBack() {
    lookIfPaid();
    for (Map.Entry<Long, Waiter> waiter : new ArrayList<>(returning.entrySet())) {
      if (waiter.getValue().atOnce) {
        tell(waiter.getKey());
      }
    }
    while (!returning.isEmpty() && slotsOfOthers() >= owed()) {
      tell(returning.keySet().iterator().next());
    }
    return !returning.isEmpty();
  }

  /** Slots that those want who are behind the first. */
  private int slotsOfOthers() {
    int slots = 0;
    for (Waiter waiter : returning.values()) {
      slots += waiter.slots;
    }
    return slots - returning.values().iterator().next().slots;
  }

  private void tell(long waiter) {
    returning.remove(waiter);
    effects.add(new Effect.Resume(waiter));
  }

  private int owed() {
    return Math.max(0, -(ledger.free() + ledger.lent()));
  }
}
