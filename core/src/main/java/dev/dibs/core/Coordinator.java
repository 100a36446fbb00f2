package dev.dibs.core;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pool and everybody who claims slots of it, as a pure state machine: events in, effects out.
 *
 * <p>The host's duties:
 *
 * <ol>
 *   <li>One thread calls, and applies events in the order in which they happened.
 *   <li>It carries out the effects of an event in their order, before it applies the next one.
 *   <li>It answers every {@link Effect.Drain} at once by {@link Event.TokensDrained}, in order; no
 *       other event may come between.
 *   <li>It tells {@link Event.TokensSeen} when a FIFO runs empty and when a token comes back, and
 *       had better tell it before a claim of the same run: the token that covers the claim may have
 *       been taken just now.
 *   <li>It applies {@link Event.Ticked} at {@link #nextDeadlineMs()}.
 *   <li>If another host is to take over after its death, it records {@link #takeChanges()} before
 *       it carries out the effects.
 *   <li>If it takes over itself, it applies all {@link Event.ClaimAdopted} before any other event,
 *       also the end of an adopted claim: slots of whoever is not adopted yet look free.
 * </ol>
 *
 * <p>Deterministic: the same events give the same effects. A broken invariant throws {@link
 * IllegalStateException} with a message that starts with {@code BUG}; the state is of no use then.
 */
public final class Coordinator {

  private final Ledger ledger;
  private final Coverage coverage;
  private final Effects effects = new Effects();
  private final Patience patience;
  private final Suspensions suspensions;
  private final Memory memory;
  private final Pressure pressure = new Pressure();
  private final Admission admission;
  private final Victims victims;
  private final Distribution distribution;
  private final Adoption adoption;
  private final Deadlines deadlines;
  private long nowMs = Long.MIN_VALUE;
  private boolean adopting;
  private boolean begun;

  /**
   * An empty pool.
   *
   * @param size slots, at least 1
   * @throws IllegalArgumentException if there is no slot
   */
  public Coordinator(int size, Settings settings) {
    ledger = new Ledger(checkSize(size), settings);
    memory = new Memory(ledger);
    admission = new Admission(ledger, memory, pressure);
    victims = new Victims(ledger, memory);
    Demands demands = new Demands(ledger, admission);
    coverage = new Coverage(ledger, demands);
    patience = new Patience(ledger, effects);
    suspensions = new Suspensions(ledger, effects);
    distribution =
        new Distribution(ledger, demands, coverage, patience, suspensions, admission, effects);
    adoption = new Adoption(ledger, coverage);
    deadlines = new Deadlines(ledger, patience, admission, memory);
  }

  /**
   * Takes one event.
   *
   * @return what is to be done outside, in this order
   * @throws IllegalArgumentException if time goes back, a claim's number is in use, or a size or
   *     count is out of range
   * @throws IllegalStateException if an invariant is broken, a drain was not answered, or a claim
   *     is adopted too late
   */
  public List<Effect> apply(Event event) {
    checkOrder(event);
    nowMs = event.nowMs();
    adopting = event instanceof Event.ClaimAdopted;
    if (!adopting && !begun) {
      begun = true;
      suspensions.lookIfOverdrawn();
    }
    take(event);
    if (!distribution.isDraining() && !adopting) {
      distribution.run(nowMs);
    }
    ledger.check();
    return effects.take();
  }

  /** When {@link Event.Ticked} is wanted, ms; {@link Long#MAX_VALUE}: never. */
  public long nextDeadlineMs() {
    return adopting ? nowMs : deadlines.next(distribution.isBlocked(), nowMs);
  }

  /**
   * What those claims hold whose holdings changed since this was called last: granted ones that are
   * not over.
   */
  public List<Holding> takeChanges() {
    return ledger.takeChanges();
  }

  /**
   * Whether a slot that is returned now would not stay free: somebody wants slots and has not got
   * them, or slots are owed.
   */
  public boolean isContended() {
    return distribution.isBlocked() || ledger.free() < 0;
  }

  /** Slots of the pool. */
  public int size() {
    return ledger.size();
  }

  /** What is known of memory; null if nothing is. */
  public @Nullable MemoryView memory() {
    return memory.isKnown(nowMs)
        ? new MemoryView(memory.budgetMib(), memory.committedMib(), pressure.isFalling())
        : null;
  }

  /** Claims that wait and lack nothing but memory. */
  public Set<Long> lackingMemory() {
    return admission.starving();
  }

  /** The pool as it is now. */
  public PoolView view() {
    return ledger.view(nowMs);
  }

  private void take(Event event) {
    switch (event) {
      case Event.ClaimRequested e -> request(e);
      case Event.ClaimEnded e -> end(e.claim());
      case Event.Suspended e -> suspend(e);
      case Event.Resumed e -> suspensions.resume(e.waiter());
      case Event.RootIdle e -> idle(e.run());
      case Event.TokensSeen e -> see(e.run(), e.unread());
      case Event.TokensWanted e -> want(e.run());
      case Event.TokensDrained e -> distribution.drained(e);
      case Event.RunWedged e -> writeOff(e.run());
      case Event.PoolResized e -> resize(checkSize(e.size()));
      case Event.MemorySeen e -> remember(e);
      case Event.Ticked e -> {}
      case Event.ClaimAdopted e -> adopt(e);
    }
  }

  private void request(Event.ClaimRequested claim) {
    checkUnused(claim.claim());
    patience.watch(claim.terms());
    Member nested = nested(claim.run());
    Party party = nested != null ? nested.party : open(claim.run());
    if (party == null) {
      ledger.open(claim.claim(), claim.terms(), nowMs);
    } else {
      Member member = ledger.join(claim.claim(), party, nested, claim.terms(), nowMs);
      member.belowClient = claim.belowClient();
    }
  }

  private @Nullable Member nested(@Nullable Long run) {
    Member member = run == null ? null : ledger.member(run);
    return member != null && member.isRun() && !member.waiting ? member : null;
  }

  private @Nullable Party open(@Nullable Long run) {
    Party party = run == null ? null : ledger.party(run);
    return party != null && party.isOpen() ? party : null;
  }

  private void resize(int slots) {
    boolean smaller = slots < ledger.size();
    ledger.resize(slots);
    if (smaller) {
      ledger.lookWhoStirs();
      suspensions.lookIfOverdrawn();
    }
  }

  private void suspend(Event.Suspended event) {
    Member member = ledger.member(event.claim());
    Party party = member == null ? ledger.party(event.claim()) : member.party;
    boolean holds =
        member == null ? party != null && !party.waiting && !party.ended : !member.waiting;
    if (party != null && holds) {
      ledger.lookWhoStirs();
      suspensions.suspend(event, party);
    }
  }

  private void remember(Event.MemorySeen seen) {
    memory.see(seen);
    pressure.see(seen, memory.budgetMib());
    Long victim =
        pressure.wantsVictim(seen.nowMs())
            ? victims.choose(Pressure.lackMib(seen.roomMib(), memory.budgetMib()))
            : null;
    if (victim != null) {
      pressure.killed(seen.nowMs());
      effects.add(new Effect.Rescue(victim));
    }
  }

  private void end(long claim) {
    suspensions.ended(claim);
    victims.ended(claim);
    Member member = ledger.member(claim);
    Party party = ledger.party(claim);
    if (member != null) {
      endMember(member);
    } else if (party != null && !party.ended) {
      coverage.settleDisplaced(party, ledger.end(party));
      ledger.dropIfOver(party);
    }
  }

  private void endMember(Member member) {
    if (!member.waiting) {
      coverage.release(member);
    }
    if (member.isRun()) {
      coverage.adoptChildren(member);
    }
    ledger.forget(member);
  }

  private void idle(long run) {
    Member nested = nested(run);
    Party party = open(run);
    if (nested != null) {
      coverage.release(nested);
    } else if (party != null) {
      coverage.settleDisplaced(party, ledger.freeImplicit(party));
    }
  }

  private void see(long run, int unread) {
    Party party = open(run);
    if (party != null) {
      party.stock.see(checkCount(unread), nowMs);
      distribution.drainSurplus(party);
    }
  }

  private void want(long run) {
    Party party = open(run);
    if (party != null) {
      party.stock.ask(nowMs);
    }
  }

  private void writeOff(long run) {
    Party party = open(run);
    if (party != null) {
      coverage.settleDisplaced(party, ledger.writeOff(party));
    }
  }

  private void adopt(Event.ClaimAdopted claim) {
    checkUnused(claim.claim());
    Holding holding = claim.holding();
    checkCount(Math.min(holding.own(), Math.min(holding.issued(), claim.unread())));
    adoption.adopt(claim);
  }

  private void checkOrder(Event event) {
    if (event.nowMs() < nowMs) {
      throw new IllegalArgumentException("time goes back from " + nowMs + " ms: " + event);
    }
    if (distribution.isDraining() != event instanceof Event.TokensDrained) {
      throw new IllegalStateException(
          "BUG: " + event + (distribution.isDraining() ? ": a drain is due" : ": no drain is due"));
    }
    if (begun && event instanceof Event.ClaimAdopted) {
      throw new IllegalStateException("BUG: " + event + ": slots may have been given away already");
    }
  }

  private void checkUnused(long claim) {
    Party party = ledger.party(claim);
    if (ledger.member(claim) != null || (party != null && !party.ended)) {
      throw new IllegalArgumentException("claim " + claim + " is in use");
    }
  }

  private static int checkSize(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("pool of " + size + " slots");
    }
    return size;
  }

  private static int checkCount(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("count " + count);
    }
    return count;
  }
}
