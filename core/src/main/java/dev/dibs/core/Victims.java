package dev.dibs.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom to kill when memory runs out: of the claims that can be repeated the newest one whose memory
 * is as much as is lacking, for it has done least; if nobody has so much, who has most. The newest
 * alone would not do: while small jobs go, one after the other, those that grow take what they
 * leave. Never the oldest, so that something always comes to its end; never one that has memory for
 * itself; nobody while the last one still dies.
 */
final class Victims {

  private record Candidate(long claim, long sinceMs, long arrival, Need need) {

    private static final Comparator<Candidate> BY_START =
        Comparator.comparingLong(Candidate::sinceMs).thenComparingLong(Candidate::arrival);

    boolean mayGo() {
      return need.retryable() && !need.alone();
    }
  }

  private final Ledger ledger;
  private final Memory memory;
  private final Set<Long> dying = new HashSet<>();

  Victims(Ledger ledger, Memory memory) {
    this.ledger = ledger;
    this.memory = memory;
  }

  /** The next one, or null; so much memory is lacking. */
  @Nullable Long choose(long lackMib) {
    if (!dying.isEmpty()) {
      return null;
    }
    List<Candidate> jobs = jobs();
    Comparator<Candidate> byWorth =
        Comparator.comparingLong(job -> Math.min(lackMib, memory.usedMib(job.claim)));
    jobs.stream().min(Candidate.BY_START).ifPresent(jobs::remove);
    Long victim =
        jobs.stream()
            .filter(Candidate::mayGo)
            .max(byWorth.thenComparing(Candidate.BY_START))
            .map(Candidate::claim)
            .orElse(null);
    if (victim != null) {
      dying.add(victim);
    }
    return victim;
  }

  private List<Candidate> jobs() {
    List<Candidate> jobs = new ArrayList<>();
    for (Party party : ledger.started()) {
      if (!party.ended && !party.isRun()) {
        jobs.add(new Candidate(party.id, party.sinceMs, party.arrival, party.terms.need()));
      }
      for (Member member : party.members) {
        if (!member.waiting && !member.isRun()) {
          jobs.add(new Candidate(member.id, member.sinceMs, member.arrival, member.terms.need()));
        }
      }
    }
    return jobs;
  }

  void ended(long claim) {
    dying.remove(claim);
  }
}
