package dev.dibs.core.locks;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Claims that an earlier daemon granted. They come in any order, and a claim is placed after the
 * one that it is within; so none is placed until all were told.
 *
 * <p>Where that other one is gone, it is not known any more what its claims had in common: then two
 * may hold exclusively what one of them had within the other. Both have it; nobody else gets it
 * before both ended. Known gap: the end of a claim between them may then close a circle of waiters.
 */
final class Adoption {

  private final Map<Long, LockEvent.Adopted> adopted = new LinkedHashMap<>();
  private final Map<String, LockMode> ofOutermost = new HashMap<>();
  private boolean over;

  /**
   * Remembers one.
   *
   * @throws IllegalStateException if it comes too late, its number is used twice, or it holds what
   *     another holds that it can't share with
   */
  void add(LockEvent.Adopted claim) {
    if (over) {
      throw new IllegalStateException("BUG: claim " + claim.claim() + " is adopted too late");
    }
    if (adopted.putIfAbsent(claim.claim(), claim) != null) {
      throw new IllegalStateException("BUG: claim " + claim.claim() + " is adopted twice");
    }
    if (claim.within() == null) {
      claim.names().forEach(this::checkOutermost);
    }
  }

  private void checkOutermost(String name, LockMode mode) {
    LockMode other = ofOutermost.put(name, mode);
    if (other == LockMode.EXCLUSIVE || (other != null && mode == LockMode.EXCLUSIVE)) {
      throw new IllegalStateException("BUG: lock " + name + " is adopted by two");
    }
  }

  /** All that were adopted, each after the one that it is within. From now on none may come. */
  List<LockEvent.Adopted> finish() {
    over = true;
    if (adopted.isEmpty()) {
      return List.of();
    }
    List<LockEvent.Adopted> ordered = new ArrayList<>();
    Set<Long> seen = new HashSet<>();
    adopted.values().forEach(claim -> ordered.addAll(unseenChain(claim, seen)));
    adopted.clear();
    ofOutermost.clear();
    return ordered;
  }

  private Collection<LockEvent.Adopted> unseenChain(LockEvent.Adopted claim, Set<Long> seen) {
    Deque<LockEvent.Adopted> chain = new ArrayDeque<>();
    LockEvent.Adopted next = claim;
    while (next != null && seen.add(next.claim())) {
      chain.push(next);
      next = next.within() == null ? null : adopted.get(next.within());
    }
    return chain;
  }
}
