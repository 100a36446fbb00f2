package dev.dibs.core;

import org.jspecify.annotations.Nullable;

/**
 * A claim made inside a living run. All changes are made by {@link Ledger} and {@link Coverage}.
 */
final class Member {

  final long id;
  final Terms terms;
  long sinceMs;
  final long arrival;

  Party party;

  /** The nested run in which it was made; null if made directly in the party's run. */
  @Nullable Member parent;

  /** Whether a token in a client's hands can cover it; else only an implicit slot can. */
  boolean belowClient = true;

  boolean waiting = true;

  /** While it waits: the place that is kept for it. */
  Place place = Place.NONE;

  /** Whether that place lies idle meanwhile, because it needs more than the place. */
  boolean lends;

  /** Leased slots of its own. */
  int own;

  /** Slots that it may use: its own, and the place. 0 once a nested run's root is idle. */
  int slots;

  /** How many granted claims below share its slots. */
  int sharing;

  /** How many waiting claims below have one of its slots kept for them. */
  int kept;

  Member(long id, Party party, @Nullable Member parent, Terms terms, long sinceMs, long arrival) {
    this.id = id;
    this.party = party;
    this.parent = parent;
    this.terms = terms;
    this.sinceMs = sinceMs;
    this.arrival = arrival;
  }

  boolean isRun() {
    return terms.kind() == Terms.Kind.RUN;
  }

  boolean hasPlace() {
    return place != Place.NONE;
  }

  /** Whether one of its slots is neither shared nor kept. */
  boolean hasRoom() {
    return sharing + kept < slots;
  }

  PoolView.MemberView view() {
    return new PoolView.MemberView(
        id,
        party.id,
        parent == null ? party.id : parent.id,
        terms,
        waiting,
        sinceMs,
        !waiting && hasPlace(),
        own,
        slots);
  }
}
