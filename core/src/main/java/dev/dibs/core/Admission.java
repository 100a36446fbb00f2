package dev.dibs.core;

import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may start as far as memory goes. Asked at the moment when a claim could have its slots, so
 * that it gets both or neither.
 *
 * <p><strong>The rule.</strong> A claim starts if what is charged to those that hold, and what it
 * needs, fits into the budget; or if nothing else runs: then anything may. A run's token counts
 * like a claim of what each of its slots needs. Under {@link Pressure}, and beside a claim that
 * must be alone, nothing starts but what runs by itself.
 *
 * <p><strong>Progress.</strong> Who lacks memory waits only while something runs that is not around
 * it: a claim whose processes used a processor in the last seconds, or one not looked at yet. A
 * make whose recipes all wait uses none. So claims that wait can't keep each other waiting,
 * whatever they hold: slots, places, or memory that lies there.
 *
 * <p><strong>Passing.</strong> Whoever fits may pass whoever does not, as often as the pool has
 * slots, {@value #PASSES_MIN} times at least; then nothing starts and no token is put until the one
 * that was passed has started. Of those that wait with a place, whoever is expected to last longest
 * comes first, then whoever needs most: what is long and large leaves gaps if it comes last.
 *
 * <p><strong>Known gaps.</strong> Tokens in clients' hands can't be called back: a run that grows
 * beyond what was expected is not given more, and that is all. What is passed need not be what
 * would fit first.
 */
final class Admission {

  /** How often at least a claim that lacks memory may be passed by later ones. */
  static final int PASSES_MIN = 8;

  private static final class Starved {
    private final long claim;
    private int passes;

    private Starved(long claim) {
      this.claim = claim;
    }
  }

  private final Ledger ledger;
  private final Memory memory;
  private final Pressure pressure;

  /** Those that could have slots and lack memory, by arrival. */
  private final TreeMap<Long, Starved> starved = new TreeMap<>();

  private boolean known;

  Admission(Ledger ledger, Memory memory, Pressure pressure) {
    this.ledger = ledger;
    this.memory = memory;
    this.pressure = pressure;
  }

  /** Something may have changed since the last question. */
  void lookAnew(long nowMs) {
    memory.changed();
    known = memory.isKnown(nowMs);
    if (!known) {
      starved.clear();
    } else if (!starved.isEmpty()) {
      starved.values().removeIf(waiter -> !waits(waiter.claim));
    }
  }

  private boolean waits(long claim) {
    Member member = ledger.member(claim);
    Party party = ledger.party(claim);
    return member != null ? member.waiting : party != null && party.waiting;
  }

  /** Whether memory plays a part at all. */
  boolean isKnown() {
    return known;
  }

  /** Whether somebody who could have slots lacks memory. */
  boolean anyStarves() {
    return !starved.isEmpty();
  }

  /** Claims that lack nothing but memory. */
  Set<Long> starving() {
    Set<Long> claims = new HashSet<>();
    starved.values().forEach(waiter -> claims.add(waiter.claim));
    return claims;
  }

  /** Whether a party that waits for its first slots may start. */
  boolean admits(Party newcomer) {
    return admits(
        newcomer.id, newcomer.arrival, newcomer.terms.need(), () -> memory.anyRunsBut(Set.of()));
  }

  /** Whether a waiting member may start. */
  boolean admits(Member member) {
    return admits(
        member.id, member.arrival, member.terms.need(), () -> memory.anyRunsBut(around(member)));
  }

  /** Whether what a demand is for may start. */
  boolean admits(Demand demand) {
    Member member = demand.member();
    if (member != null) {
      return admits(member);
    }
    return demand.fifo() ? admitsToken(demand.party()) : admits(demand.party());
  }

  private boolean admits(long claim, long arrival, Need need, BooleanSupplier othersRun) {
    boolean admitted = !known || mayStart(arrival, need) || !othersRun.getAsBoolean();
    if (!admitted) {
      starved.computeIfAbsent(arrival, since -> new Starved(claim));
    }
    return admitted;
  }

  private boolean mayStart(long arrival, Need need) {
    if (pressure.isFalling() || memory.isTakenAlone() || need.alone()) {
      return false;
    }
    return need.mib() == 0 || (isNext(arrival) && memory.fits(need.mib()));
  }

  /** Whether nobody before it was passed often enough. */
  private boolean isNext(long arrival) {
    return !isClosed() || starved.firstKey() == arrival;
  }

  private boolean isClosed() {
    return !starved.isEmpty()
        && starved.firstEntry().getValue().passes >= Math.max(PASSES_MIN, ledger.size());
  }

  private static Set<Long> around(Member member) {
    Set<Long> claims = new HashSet<>(Set.of(member.party.id));
    for (@Nullable Member above = member.parent; above != null; above = above.parent) {
      claims.add(above.id);
    }
    return claims;
  }

  /** Whether a run may have one more token. */
  boolean admitsToken(Party run) {
    if (!known) {
      return true;
    }
    if (withholds()) {
      return false;
    }
    int mib = run.terms.need().mib();
    return mib == 0 || memory.fits(mib);
  }

  /** Whether no token is to be put, and unread ones that cost memory are to come back. */
  private boolean withholds() {
    return pressure.isFalling() || memory.isTakenAlone() || isClosed();
  }

  /** Unread tokens of a run that are to be drained, for they would cost what is not there. */
  int excessTokens(Party run) {
    boolean excess = known && run.terms.need().mib() > 0 && (withholds() || memory.isOver());
    return excess ? run.spare() - run.stock.surplus() : 0;
  }

  /** A party starts, or a member. */
  void started(long claim, long arrival, Need need) {
    if (!known) {
      return;
    }
    starved.remove(arrival);
    if (need.mib() > 0) {
      starved.headMap(arrival).values().forEach(waiter -> waiter.passes++);
    }
    memory.took(claim, need);
  }

  /** A run gets a token. */
  void put(Party run) {
    if (known) {
      memory.took(run.id, run.terms.need());
    }
  }

  /** In which order those are looked at that only lack memory. */
  Comparator<Member> order() {
    return Comparator.comparing(
            (Member member) -> !(isClosed() && starved.firstKey() == member.arrival))
        .thenComparing(
            (a, b) -> Long.compare(b.terms.need().durationMs(), a.terms.need().durationMs()))
        .thenComparing((a, b) -> Integer.compare(b.terms.need().mib(), a.terms.need().mib()));
  }
}
