package dev.dibs.testkit;

import dev.dibs.core.Terms;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A claim as its holder and the host know it. */
final class SimulatedClaim {

  /** What its process does with the answer. */
  interface Asker {
    void granted(int slots);

    void refused();
  }

  enum State {
    /** Its process lives, but the core was not asked yet, or again after a restart. */
    ASKING,
    WAITING,
    GRANTED,
    /** Refused, or its end was told to the core. */
    OVER
  }

  final long id;
  final Terms terms;
  final Asker asker;

  /** Whether a client of its party's tokens started it, directly or not. */
  final boolean belowClient;

  /** The run in which it was made and which still lives, else null. */
  @Nullable SimulatedClaim within;

  /** A party's FIFO; null for a member or a job. */
  final @Nullable SimulatedFifo fifo;

  final List<SimulatedClaim> children = new ArrayList<>();

  State state = State.ASKING;

  /** When the core was asked, ms. */
  long waitsSinceMs;

  /** Its process is gone, and all below it if it is a run; the core may not know yet. */
  boolean dead;

  /** Its root waits for what is not of the pool, so one of its slots lies idle. */
  boolean suspended;

  /** What is told when it has that slot back; null while it does not want it. */
  @Nullable Runnable back;

  /** Slots granted; 0 once the core was told that its root is idle. */
  int slots;

  SimulatedClaim(
      long id, Terms terms, @Nullable SimulatedClaim within, boolean belowClient, Asker asker) {
    this.id = id;
    this.terms = terms;
    this.within = within;
    this.belowClient = belowClient;
    this.asker = asker;
    this.fifo = within == null && terms.kind() == Terms.Kind.RUN ? new SimulatedFifo() : null;
  }

  boolean isRun() {
    return terms.kind() == Terms.Kind.RUN;
  }

  /** The outermost run around it that still lives, or itself. */
  SimulatedClaim party() {
    SimulatedClaim party = this;
    while (party.within != null) {
      party = party.within;
    }
    return party;
  }

  /** Slots that it and all below it really use. */
  int use() {
    int below = 0;
    for (SimulatedClaim child : children) {
      below += child.use();
    }
    int self = state == State.GRANTED ? slots : 0;
    return Math.max(below, fifo == null ? self : self + fifo.inHands);
  }

  @Override
  public String toString() {
    return "claim " + id;
  }
}
