package dev.dibs.core.once;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Work that is done once for all who ask for it while it is being done. The first one runs it, the
 * others wait for its result, first come first. A key has one runner at most; whoever asks for
 * other work under it meanwhile is refused.
 *
 * <pre>
 *   Asked, a result is fresh enough  --&gt; reads    --&gt; Ended
 *   Asked, nobody is at it           --&gt; runs     --&gt; Reported: the waiters read its result
 *                                               --&gt; Ended: the first waiter runs
 *   Asked, somebody is at it         --&gt; waits    --&gt; reads, runs
 *                                               --&gt; Ended
 *                                    --&gt; refused: other work, would not wait, would wait for itself
 * </pre>
 *
 * <p>A result is there as long as somebody reads it, and for as long as somebody asked for one of
 * that age ({@link OnceEvent.Asked#maxAgeMs}), within {@link OnceLimits}; the oldest go first. A
 * failure is shared by those who waited, and not kept: who asks again wants it tried again.
 *
 * <p>Events in, effects out; no clock, no I/O. One thread at a time.
 */
public final class Once {

  private final OnceLimits limits;
  private final Map<String, Work> works = new HashMap<>(); // by key
  private final Map<Long, Work> workOf = new HashMap<>(); // by runner or waiter
  private final Map<Long, Result> results = new LinkedHashMap<>(); // as they came
  private final Map<Long, Result> readBy = new HashMap<>();

  public Once(OnceLimits limits) {
    this.limits = limits;
  }

  /**
   * Takes an event.
   *
   * @throws IllegalStateException if a claim's number is used twice, or a key is adopted by two
   *     runners
   */
  public List<OnceEffect> apply(OnceEvent event) {
    List<OnceEffect> effects = new ArrayList<>();
    switch (event) {
      case OnceEvent.Asked asked -> ask(asked, effects);
      case OnceEvent.Reported reported -> report(reported, effects);
      case OnceEvent.Ended ended -> end(ended, effects);
      case OnceEvent.Ticked ticked -> {}
      case OnceEvent.AdoptedRun run -> adopt(run);
      case OnceEvent.AdoptedResult result -> adopt(result);
    }
    tidy(event.nowMs(), effects);
    return effects;
  }

  private void ask(OnceEvent.Asked asked, List<OnceEffect> effects) {
    if (workOf.containsKey(asked.claim()) || readBy.containsKey(asked.claim())) {
      throw new IllegalStateException("BUG: claim " + asked.claim() + " asks twice");
    }
    Result fresh = freshest(asked);
    Work work = works.get(asked.key());
    if (fresh != null) {
      fresh.keepFor(fresh.isKept(asked.nowMs()) ? kept(asked.maxAgeMs()) : 0);
      share(asked.claim(), fresh, effects);
    } else if (work == null) {
      begin(new Work(asked.claim(), asked.key(), asked.fingerprint(), asked.maxAgeMs()));
      effects.add(new OnceEffect.Run(asked.claim()));
    } else {
      join(work, asked, effects);
    }
  }

  private @Nullable Result freshest(OnceEvent.Asked asked) {
    Result found = null;
    for (Result result : results.values()) {
      if (result.key().equals(asked.key()) && result.serves(asked)) {
        found = result;
      }
    }
    return found;
  }

  private void share(long claim, Result result, List<OnceEffect> effects) {
    result.readers().add(claim);
    readBy.put(claim, result);
    effects.add(new OnceEffect.Share(claim, result.number()));
  }

  private void begin(Work work) {
    works.put(work.key(), work);
    workOf.put(work.runner(), work);
  }

  private void join(Work work, OnceEvent.Asked asked, List<OnceEffect> effects) {
    OnceRefusal refusal = refusal(work, asked);
    if (refusal != null) {
      effects.add(new OnceEffect.Refuse(asked.claim(), refusal));
    } else {
      work.await(asked);
      workOf.put(asked.claim(), work);
    }
  }

  private @Nullable OnceRefusal refusal(Work work, OnceEvent.Asked asked) {
    if (!work.fingerprint().equals(asked.fingerprint())) {
      return new OnceRefusal.Other(work.runner());
    }
    if (!asked.waits()) {
      return new OnceRefusal.WouldWait(work.runner());
    }
    List<Long> cycle = way(work.runner(), asked.within());
    return cycle.isEmpty() ? null : new OnceRefusal.Cycle(cycle);
  }

  /**
   * The runners from one to one of those wanted, each of which can't end before the next; none if
   * there is no such way.
   */
  private List<Long> way(long from, Set<Long> wanted) {
    Deque<List<Long>> open = new ArrayDeque<>(List.of(List.of(from)));
    Set<Long> seen = new HashSet<>(Set.of(from));
    while (!wanted.isEmpty() && !open.isEmpty()) {
      List<Long> way = open.remove();
      long last = way.getLast();
      if (wanted.contains(last)) {
        return way;
      }
      for (Work work : works.values()) {
        if (work.holdsUp(last) && seen.add(work.runner())) {
          List<Long> longer = new ArrayList<>(way);
          longer.add(work.runner());
          open.add(longer);
        }
      }
    }
    return List.of();
  }

  private void report(OnceEvent.Reported reported, List<OnceEffect> effects) {
    Work work = workOf.get(reported.claim());
    if (work == null || work.runner() != reported.claim()) {
      return;
    }
    forget(work);
    long keepMs = reported.good() ? kept(work.keepMs()) : 0;
    Result result =
        new Result(
            reported.claim(),
            work.key(),
            work.fingerprint(),
            reported.good(),
            reported.bytes(),
            reported.nowMs(),
            reported.nowMs() + keepMs);
    if (reported.good()) {
      dropOlder(result);
    }
    results.put(result.number(), result);
    for (long waiter : work.waiters()) {
      share(waiter, result, effects);
    }
  }

  /** Nobody is given an older one any more. */
  private void dropOlder(Result newer) {
    results.values().stream()
        .filter(result -> result.key().equals(newer.key()))
        .forEach(Result::dropUnlessRead);
  }

  private long kept(long wantedMs) {
    return Math.min(wantedMs, limits.ms());
  }

  private void forget(Work work) {
    works.remove(work.key());
    workOf.remove(work.runner());
    work.waiters().forEach(workOf::remove);
  }

  private void end(OnceEvent.Ended ended, List<OnceEffect> effects) {
    Result read = readBy.remove(ended.claim());
    Work work = workOf.remove(ended.claim());
    if (read != null) {
      read.readers().remove(ended.claim());
    } else if (work != null && work.runner() == ended.claim()) {
      handOn(work, effects);
    } else if (work != null) {
      work.leave(ended.claim());
    }
  }

  private void handOn(Work work, List<OnceEffect> effects) {
    if (work.handOn()) {
      effects.add(new OnceEffect.Run(work.runner()));
    } else {
      works.remove(work.key());
    }
  }

  /** Forgets what is too old or too much, and what nobody reads any more. */
  private void tidy(long nowMs, List<OnceEffect> effects) {
    bound(nowMs);
    results
        .values()
        .removeIf(
            result -> {
              boolean over = result.readers().isEmpty() && !result.isKept(nowMs);
              if (over) {
                effects.add(new OnceEffect.Forget(result.number()));
              }
              return over;
            });
  }

  /** What is over the limits is not kept, the oldest first. */
  private void bound(long nowMs) {
    List<Result> kept = results.values().stream().filter(result -> result.isKept(nowMs)).toList();
    int count = kept.size();
    long bytes = kept.stream().mapToLong(Result::bytes).sum();
    for (Result result : kept) {
      if (count <= limits.count() && bytes <= limits.bytes()) {
        return;
      }
      result.dropUnlessRead();
      count--;
      bytes -= result.bytes();
    }
  }

  private void adopt(OnceEvent.AdoptedRun run) {
    if (works.containsKey(run.key())) {
      throw new IllegalStateException("BUG: '" + run.key() + "' is adopted by two");
    }
    begin(new Work(run.claim(), run.key(), run.fingerprint(), run.keepMs()));
  }

  private void adopt(OnceEvent.AdoptedResult adopted) {
    results.put(
        adopted.claim(),
        new Result(
            adopted.claim(),
            adopted.key(),
            adopted.fingerprint(),
            adopted.good(),
            adopted.bytes(),
            adopted.nowMs() - adopted.ageMs(),
            adopted.nowMs() + adopted.keepMs()));
  }

  /** Whether anybody runs, waits or reads. */
  public boolean isInUse() {
    return !workOf.isEmpty() || !readBy.isEmpty();
  }

  /** Who does the work of that key. */
  public OptionalLong runner(String key) {
    Work work = works.get(key);
    return work == null ? OptionalLong.empty() : OptionalLong.of(work.runner());
  }

  /** The runner for whom this one waits; empty if it does not wait. */
  public OptionalLong awaited(long claim) {
    Work work = workOf.get(claim);
    return work == null || work.runner() == claim
        ? OptionalLong.empty()
        : OptionalLong.of(work.runner());
  }

  /** How many wait for this runner. */
  public int waiters(long runner) {
    Work work = workOf.get(runner);
    return work == null || work.runner() != runner ? 0 : work.waiters().size();
  }

  /** For how long the result of this runner's is to be kept, ms. */
  public long keepMs(long runner) {
    Work work = workOf.get(runner);
    return work == null ? 0 : kept(work.keepMs());
  }

  /** Those who run, wait or read. */
  public Set<Long> claims() {
    Set<Long> all = new HashSet<>(workOf.keySet());
    all.addAll(readBy.keySet());
    return all;
  }

  /** The results that are there. */
  public Set<Long> results() {
    return Set.copyOf(results.keySet());
  }

  /** When the next result is too old to be kept, if one is kept at all. */
  public OptionalLong nextMs() {
    return results.values().stream()
        .filter(result -> result.readers().isEmpty())
        .mapToLong(Result::keepUntilMs)
        .min();
  }
}
