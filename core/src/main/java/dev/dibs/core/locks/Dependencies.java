package dev.dibs.core.locks;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for whom. A waiter waits for those that hold what it wants; a holder ends only when all
 * that is within it has ended, so it waits for every waiter within it. And a waiter waits, by rule
 * only, for those that come before it in a line.
 *
 * <p>Why circles matter, which of them are refused and which resolved: see {@link Locks}.
 */
final class Dependencies {

  /** How a search came to a waiter. */
  private record Step(Refusal.Link link, @Nullable Step before) {}

  private final Map<Claim, Set<Claim>> known = new HashMap<>();

  /** Something changed: what was found before counts no more. */
  void forget() {
    known.clear();
  }

  /**
   * The shortest circle that leads from a waiter through holders, and what waits within them, back
   * to itself; empty if there is none. Costs what its names, and those of whom it depends on, are
   * together.
   */
  static List<Refusal.Link> circle(Claim waiter) {
    Map<Claim, @Nullable Step> reached = new LinkedHashMap<>();
    Set<Claim> walked = new HashSet<>();
    Deque<Claim> next = new ArrayDeque<>(List.of(waiter));
    for (Claim one = next.poll(); one != null; one = next.poll()) {
      for (Stake stake : one.stakes()) {
        for (Stake holder : stake.lock().holdersAgainst(stake.mode())) {
          Step step = new Step(link(stake, holder), reached.get(one));
          for (Claim within : waitersWithin(holder.claim(), walked)) {
            if (within.equals(waiter)) {
              return links(step);
            }
            reached.put(within, step);
            next.add(within);
          }
        }
      }
    }
    return List.of();
  }

  private static Refusal.Link link(Stake stake, Stake holder) {
    return new Refusal.Link(stake.claim().id(), stake.lock().name(), holder.claim().id());
  }

  private static List<Refusal.Link> links(Step last) {
    List<Refusal.Link> links = new ArrayList<>();
    for (Step step = last; step != null; step = step.before()) {
      links.addFirst(step.link());
    }
    return links;
  }

  /** The waiters within a holder, but for those parts of the tree that were walked before. */
  private static List<Claim> waitersWithin(Claim holder, Set<Claim> walked) {
    List<Claim> waiters = new ArrayList<>();
    Deque<Claim> next = new ArrayDeque<>(List.of(holder));
    for (Claim one = next.poll(); one != null; one = next.poll()) {
      if (walked.add(one)) {
        next.addAll(one.children());
        if (!one.isHolding()) {
          waiters.add(one);
        }
      }
    }
    return waiters;
  }

  /** Whether a waiter can't be granted before another one is, whatever the rules of lines. */
  boolean dependsOn(Claim waiter, Claim other) {
    return known.computeIfAbsent(waiter, Dependencies::reach).contains(other);
  }

  /** All waiters that have to be granted before one can be. */
  private static Set<Claim> reach(Claim waiter) {
    Set<Claim> reached = new LinkedHashSet<>();
    Set<Claim> walked = new HashSet<>();
    Deque<Claim> next = new ArrayDeque<>(List.of(waiter));
    for (Claim one = next.poll(); one != null; one = next.poll()) {
      for (Claim found : directly(one, walked)) {
        if (reached.add(found)) {
          next.add(found);
        }
      }
    }
    return reached;
  }

  private static List<Claim> directly(Claim waiter, Set<Claim> walked) {
    List<Claim> found = new ArrayList<>();
    for (Stake stake : waiter.stakes()) {
      for (Stake holder : stake.lock().holdersAgainst(stake.mode())) {
        found.addAll(waitersWithin(holder.claim(), walked));
      }
      for (Stake ahead : stake.lock().queue().rigid.ahead(stake)) {
        found.add(ahead.claim());
      }
    }
    return found;
  }
}
