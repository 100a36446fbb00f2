package dev.dibs.core.locks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who waits for locks or holds them, and its place in the tree of claims. */
final class Claim {

  private final long id;
  private final Set<Claim> children = new LinkedHashSet<>();
  private List<Stake> stakes = List.of(); // by name, ascending
  private Order order;
  private @Nullable Claim parent;
  private boolean holding;
  private boolean outsider;
  private int passes;
  private int watched;

  Claim(long id, Priority priority, long arrival) {
    this.id = id;
    this.order = Order.of(priority, arrival);
  }

  long id() {
    return id;
  }

  Order order() {
    return order;
  }

  List<Stake> stakes() {
    return stakes;
  }

  boolean isHolding() {
    return holding;
  }

  boolean isNested() {
    return parent != null;
  }

  /** Whether it is within nobody, and nobody within it. */
  boolean isAlone() {
    return parent == null && children.isEmpty();
  }

  /** Its stake, if it has one only and is alone; else null. */
  @Nullable Stake onlyStake() {
    return isAlone() && stakes.size() == 1 ? stakes.get(0) : null;
  }

  @Nullable Claim parent() {
    return parent;
  }

  Set<Claim> children() {
    return Collections.unmodifiableSet(children);
  }

  /** Gives it its stakes, before anything else. */
  void ask(Map<String, LockMode> names, Function<String, Lock> locks) {
    List<Stake> all = new ArrayList<>(names.size());
    names.forEach((name, mode) -> all.add(new Stake(this, locks.apply(name), mode)));
    stakes = all;
  }

  void hold() {
    holding = true;
  }

  void holdNoMore() {
    holding = false;
  }

  /** It stands for somebody who asked elsewhere. */
  void comesFromOutside() {
    outsider = true;
  }

  boolean isOutsider() {
    return outsider;
  }

  /** Whether an outsider has one of its names. */
  boolean isKeptOutside() {
    return stakes.stream().anyMatch(stake -> stake.lock().hasOutsider());
  }

  void attachTo(@Nullable Claim above) {
    parent = above;
    if (above != null) {
      above.children.add(this);
    }
  }

  /** Out of the tree; those within it are within its parent now. */
  void detach() {
    for (Claim child : children) {
      child.attachTo(parent);
    }
    children.clear();
    if (parent != null) {
      parent.children.remove(this);
    }
  }

  /** The stake of the nearest claim that holds the lock, from this one upwards; null: none. */
  @Nullable Stake nearest(String name) {
    for (Claim claim = this; claim != null; claim = claim.parent) {
      Stake found = claim.find(name);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /**
   * Its own stake.
   *
   * @throws IllegalStateException if it has none in that lock
   */
  Stake stake(String name) {
    Stake found = find(name);
    if (found == null) {
      throw new IllegalStateException("BUG: claim " + id + " did not ask for " + name);
    }
    return found;
  }

  private @Nullable Stake find(String name) {
    int low = 0;
    int high = stakes.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Stake stake = stakes.get(middle);
      int comparison = stake.lock().name().compareTo(name);
      if (comparison == 0) {
        return stake;
      }
      low = comparison < 0 ? middle + 1 : low;
      high = comparison < 0 ? high : middle - 1;
    }
    return null;
  }

  /** Whether those that come later in a line have to stay behind it. */
  boolean isRigid() {
    return stakes.size() == 1 || order.isBarrier();
  }

  /** Whether it passes another one that waits, when it is granted first. */
  boolean passes(Claim other) {
    return order.arrival() > other.order.arrival()
        || order.priority().compareTo(other.order.priority()) > 0;
  }

  /** Counts that it was passed. */
  int passed() {
    return ++passes;
  }

  /** Nobody passes it any more. It must be in no line meanwhile. */
  void becomeBarrier() {
    order = order.asBarrier();
  }

  /** It is as it came. It must be in no line meanwhile. */
  void becomeOrdinary() {
    order = Order.of(order.priority(), order.arrival());
    passes = 0;
  }

  /** The stake that kept it from being granted when that was last tried. */
  Stake watched() {
    return stakes.get(watched);
  }

  int watchedIndex() {
    return watched;
  }

  void watch(int index) {
    watched = index;
  }
}
