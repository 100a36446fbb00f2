package dev.dibs.core;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A claim made outside of any run, with all that was claimed inside it since: the unit of fairness.
 * It lives on after its own end (an <em>orphan</em>) as long as members live. All changes are made
 * by {@link Ledger} and {@link Coverage}.
 */
final class Party {

  final long id;
  final long arrival;
  final TokenStock stock;

  Terms terms;
  long sinceMs;
  boolean waiting = true;

  /** Its own claim is over, or not adopted yet. */
  boolean ended;

  /** A run's first slots. */
  int implicit;

  /** Slots of members, or of the job itself. */
  int leased;

  /** How many granted members are {@link Place#COVERED}. */
  int covered;

  /** How many waiting members have a place kept for them, which lies idle as long as they wait. */
  int lent;

  /** How many slots lie idle because processes wait for what is not of this pool. */
  int suspended;

  /** How many places members left since places were handed on. */
  int vacated;

  /** How many of the members are runs. */
  int nestedRuns;

  /** Tokens to be put by the effect that is being written. */
  int putting;

  final Set<Member> members = new LinkedHashSet<>();

  /** Those of the members that wait, in order of arrival. */
  final Set<Member> waiters = new LinkedHashSet<>();

  Party(long id, Terms terms, long sinceMs, long arrival, Settings settings) {
    this.id = id;
    this.terms = terms;
    this.sinceMs = sinceMs;
    this.arrival = arrival;
    this.stock = new TokenStock(settings, sinceMs);
  }

  boolean isRun() {
    return terms.kind() == Terms.Kind.RUN;
  }

  /** Whether claims can be made inside it. */
  boolean isOpen() {
    return isRun() && !waiting && !ended;
  }

  int held() {
    return implicit + stock.issued() + leased;
  }

  /** The granted members that were made in a nested run. */
  List<Member> nestedMembers() {
    return nestedRuns == 0
        ? List.of()
        : members.stream().filter(m -> !m.waiting && m.parent != null).toList();
  }

  /** Slots in use by whatever the run started. */
  int places() {
    return implicit + stock.inHands();
  }

  /** Slots that lie idle because somebody waits: for more slots, or for what is not of the pool. */
  int idle() {
    return lent + Math.clamp(places() + leased - lent, 0, suspended);
  }

  /** How many covered members have lost their place: their token was returned while they go on. */
  int displaced() {
    return Math.max(0, covered - places());
  }

  /** Unread tokens that nobody in the party has a right to. */
  int spare() {
    return Math.max(0, stock.unread() - displaced());
  }

  /** Whether nothing of it concerns who distributes: no tokens, nobody who waits, no places. */
  boolean isAtRest() {
    return !terms.tokens()
        && waiters.isEmpty()
        && lent == 0
        && suspended == 0
        && vacated == 0
        && covered == 0
        && stock.issued() == 0
        && stock.unread() == 0;
  }

  /**
   * Whether a token may be put into its FIFO. While a claim waits, free slots are for the claim.
   */
  boolean takesTokens() {
    return isOpen() && terms.tokens() && waiters.isEmpty() && held() < terms.cap();
  }

  PoolView.PartyView view(long nowMs) {
    return new PoolView.PartyView(
        id,
        terms,
        waiting,
        sinceMs,
        ended,
        implicit,
        stock.issued(),
        stock.unread(),
        leased,
        takesTokens() && stock.isWanted(nowMs));
  }

  @Override
  public String toString() {
    return "party " + id;
  }
}
