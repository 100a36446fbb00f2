package dev.dibs.core;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom to kill when memory runs out: the newest claim that can be repeated, for it has done least.
 * Never the oldest, so that something always comes to its end; never one that has memory for
 * itself; nobody while the last one still dies.
 */
final class Victims {

  private record Candidate(long claim, long sinceMs, long arrival, Need need) {
    boolean isNewerThan(Candidate other) {
      return sinceMs != other.sinceMs ? sinceMs > other.sinceMs : arrival > other.arrival;
    }
  }

  private final Ledger ledger;
  private final Set<Long> dying = new HashSet<>();
  private @Nullable Candidate oldest;
  private @Nullable Candidate newest;

  Victims(Ledger ledger) {
    this.ledger = ledger;
  }

  /** The next one, or null. */
  @Nullable Long choose() {
    if (!dying.isEmpty()) {
      return null;
    }
    oldest = null;
    newest = null;
    for (Party party : ledger.started()) {
      if (!party.ended && !party.isRun()) {
        consider(new Candidate(party.id, party.sinceMs, party.arrival, party.terms.need()));
      }
      for (Member member : party.members) {
        if (!member.waiting && !member.isRun()) {
          consider(new Candidate(member.id, member.sinceMs, member.arrival, member.terms.need()));
        }
      }
    }
    if (newest == null || newest.equals(oldest)) {
      return null;
    }
    dying.add(newest.claim);
    return newest.claim;
  }

  private void consider(Candidate job) {
    if (oldest == null || oldest.isNewerThan(job)) {
      oldest = job;
    }
    boolean fit = job.need.retryable() && !job.need.alone();
    if (fit && (newest == null || job.isNewerThan(newest))) {
      newest = job;
    }
  }

  void ended(long claim) {
    dying.remove(claim);
  }
}
