package dev.dibs.core.locks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Some of those who wait for a lock, in their order; shared and exclusive ones apart. */
final class Line {

  private final NavigableMap<Order, Stake> shared = new TreeMap<>();
  private final NavigableMap<Order, Stake> exclusive = new TreeMap<>();

  NavigableMap<Order, Stake> of(LockMode mode) {
    return switch (mode) {
      case SHARED -> shared;
      case EXCLUSIVE -> exclusive;
    };
  }

  void add(Stake stake) {
    of(stake.mode()).put(stake.order(), stake);
  }

  void remove(Stake stake) {
    of(stake.mode()).remove(stake.order());
  }

  boolean isEmpty() {
    return shared.isEmpty() && exclusive.isEmpty();
  }

  /** The first one; null: none. */
  @Nullable Stake first(LockMode mode) {
    Map.Entry<Order, Stake> first = of(mode).firstEntry();
    return first == null ? null : first.getValue();
  }

  /** The first one of all, if all are exclusive; else null. */
  @Nullable Stake firstIfNobodyShares() {
    return shared.isEmpty() && !exclusive.isEmpty() ? exclusive.firstEntry().getValue() : null;
  }

  /** All, first come first. */
  Collection<Stake> all() {
    NavigableMap<Order, Stake> all = new TreeMap<>(shared);
    all.putAll(exclusive);
    return all.values();
  }

  /** The lines in which others wait that can't share with one of this mode. */
  List<NavigableMap<Order, Stake>> against(LockMode mode) {
    return switch (mode) {
      case SHARED -> List.of(exclusive);
      case EXCLUSIVE -> List.of(exclusive, shared);
    };
  }

  /** Whether somebody comes before a stake and can't share with it. */
  boolean isAhead(Stake stake) {
    return isAhead(exclusive, stake) || (stake.isExclusive() && isAhead(shared, stake));
  }

  private static boolean isAhead(NavigableMap<Order, Stake> others, Stake stake) {
    return !others.isEmpty() && others.firstKey().compareTo(stake.order()) < 0;
  }

  /** Those that come before a stake and can't share with it. */
  List<Stake> ahead(Stake stake) {
    List<Stake> ahead = new ArrayList<>();
    for (NavigableMap<Order, Stake> others : against(stake.mode())) {
      ahead.addAll(others.headMap(stake.order(), false).values());
    }
    return ahead;
  }

  /** The earliest of those that a stake passes when it is granted now; null: none. */
  @Nullable Claim firstPassed(Stake stake) {
    if (isEmpty()) {
      return null;
    }
    Claim earliest = null;
    for (NavigableMap<Order, Stake> others : against(stake.mode())) {
      for (Priority priority : Priority.values()) {
        Map.Entry<Order, Stake> first = others.ceilingEntry(Order.of(priority, Long.MIN_VALUE));
        if (first != null && stake.claim().passes(first.getValue().claim())) {
          earliest = earlier(earliest, first.getValue().claim());
        }
      }
    }
    return earliest;
  }

  private static Claim earlier(@Nullable Claim one, Claim other) {
    return one == null || other.order().arrival() < one.order().arrival() ? other : one;
  }
}
