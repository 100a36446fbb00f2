package dev.dibs.testkit;

import dev.dibs.core.locks.LockEffect;
import dev.dibs.core.locks.LockEvent;
import dev.dibs.core.locks.LockMode;
import dev.dibs.core.locks.Locks;
import dev.dibs.core.locks.Priority;
import dev.dibs.core.locks.Refusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules of locks, as plainly as they can be said and as slowly as that is: no lines, no levels,
 * nothing remembered that can be worked out. The real ones must do exactly the same. Tests override
 * single rules, for faults that must be found.
 */
class NaiveLocks {

  /** Who waits or holds. */
  static final class One {
    final long id;
    final Priority priority;
    final long arrival;
    final Map<String, LockMode> names;
    @Nullable One parent;
    boolean holds;
    boolean outsider;
    int passes;

    One(long id, Priority priority, long arrival, Map<String, LockMode> names) {
      this.id = id;
      this.priority = priority;
      this.arrival = arrival;
      this.names = new TreeMap<>(names);
    }

    boolean isWithin(One other) {
      return equals(other) || (parent != null && parent.isWithin(other));
    }

    boolean wantsExclusive(String name) {
      return names.get(name) == LockMode.EXCLUSIVE;
    }
  }

  final List<One> all = new ArrayList<>(); // by arrival
  private final List<LockEvent.Adopted> adopted = new ArrayList<>();
  private long arrivals;

  final List<LockEffect> apply(LockEvent event) {
    if (event instanceof LockEvent.Adopted claim) {
      adopted.add(claim);
      return List.of();
    }
    adopt();
    List<LockEffect> effects = new ArrayList<>();
    take(event).ifPresent(effects::add);
    if (effects.isEmpty()) {
      find(event.claim())
          .filter(one -> !one.holds && canGrant(one))
          .ifPresent(o -> grant(o, effects));
      grantAll(effects);
    }
    return effects;
  }

  private void adopt() {
    for (LockEvent.Adopted claim : adopted) {
      One one = add(claim.claim(), Priority.NORMAL, claim.names());
      one.holds = true;
    }
    for (LockEvent.Adopted claim : adopted) {
      find(claim.claim()).orElseThrow().parent = holder(claim.within());
    }
    adopted.clear();
  }

  private One add(long id, Priority priority, Map<String, LockMode> names) {
    One one = new One(id, priority, ++arrivals, names);
    all.add(one);
    return one;
  }

  private Optional<One> find(@Nullable Long id) {
    return all.stream().filter(one -> id != null && one.id == id).findFirst();
  }

  private @Nullable One holder(@Nullable Long id) {
    One one = find(id).orElse(null);
    return one == null || one.holds ? one : one.parent;
  }

  private Optional<LockEffect> take(LockEvent event) {
    switch (event) {
      case LockEvent.Requested request -> {
        return request(request).map(why -> new LockEffect.Refuse(request.claim(), why));
      }
      case LockEvent.Ended ended -> find(ended.claim()).ifPresent(this::end);
      case LockEvent.Displaced displaced ->
          find(displaced.claim())
              .filter(one -> one.holds)
              .ifPresent(one -> displace(one, displaced));
      case LockEvent.Downgraded downgraded ->
          find(downgraded.claim())
              .filter(one -> one.holds)
              .ifPresent(one -> one.names.replaceAll((name, mode) -> LockMode.SHARED));
      case LockEvent.Adopted claim -> throw new IllegalArgumentException("seen before");
    }
    return Optional.empty();
  }

  private void displace(One one, LockEvent.Displaced event) {
    String name = event.name();
    one.holds = false;
    One outsider = find(event.outsider()).orElse(null);
    if (outsider == null) {
      outsider = add(event.outsider(), Priority.NORMAL, Map.of(name, event.mode()));
      outsider.holds = true;
      outsider.outsider = true;
      outsider.parent = level(one, name);
    }
    if (!one.wantsExclusive(name)) {
      outsider.names.put(name, LockMode.EXCLUSIVE);
    }
    outsider.names.merge(name, event.mode(), (a, b) -> a == LockMode.EXCLUSIVE || b == a ? a : b);
    soften(name, level(one, name));
  }

  void soften(String name, @Nullable One level) {
    waiters().stream()
        .filter(one -> isBarrier(one) && one.names.containsKey(name) && level(one, name) == level)
        .forEach(one -> one.passes = 0);
  }

  boolean isKeptOutside(One one) {
    return one.names.keySet().stream()
        .anyMatch(
            name ->
                all.stream()
                    .anyMatch(
                        other ->
                            other.outsider
                                && other.names.containsKey(name)
                                && level(other, name) == level(one, name)));
  }

  private Optional<Refusal> request(LockEvent.Requested request) {
    One parent = holder(request.within());
    One one = add(request.claim(), request.priority(), request.names());
    one.parent = parent;
    Optional<Refusal> refusal = refusal(one, request.waits());
    if (refusal.isPresent()) {
      all.remove(one);
    }
    return refusal;
  }

  private Optional<Refusal> refusal(One one, boolean waits) {
    for (String name : one.names.keySet()) {
      if (isUpgrade(one, name)) {
        return Optional.of(new Refusal.Upgrade(name));
      }
    }
    if (waits) {
      List<Refusal.Link> circle = circle(one, one, new HashSet<>());
      return circle.isEmpty() ? Optional.empty() : Optional.of(new Refusal.Cycle(circle));
    }
    return canGrant(one) ? Optional.empty() : Optional.of(new Refusal.WouldWait());
  }

  boolean isUpgrade(One one, String name) {
    One around = level(one, name);
    return around != null && one.wantsExclusive(name) && !around.wantsExclusive(name);
  }

  void end(One one) {
    all.remove(one);
    all.stream().filter(o -> one.equals(o.parent)).forEach(o -> o.parent = one.parent);
  }

  void grantAll(List<LockEffect> effects) {
    for (One next = next(); next != null; next = next()) {
      grant(next, effects);
    }
  }

  private void grant(One one, List<LockEffect> effects) {
    effects.add(new LockEffect.Grant(one.id));
    one.holds = true;
    passedBy(one).stream()
        .filter(passed -> !isKeptOutside(passed))
        .forEach(passed -> passed.passes++);
  }

  private @Nullable One next() {
    List<One> line = waiters().stream().sorted(order()).toList();
    return line.stream()
        .filter(one -> canGrant(one) && staysInLine(one))
        .findFirst()
        .or(() -> line.stream().filter(this::canGrant).findFirst())
        .orElse(null);
  }

  private boolean staysInLine(One one) {
    return one.names.keySet().stream().allMatch(name -> ahead(one, name).isEmpty());
  }

  private List<One> waiters() {
    return all.stream().filter(one -> !one.holds).toList();
  }

  Comparator<One> order() {
    Comparator<One> barriersFirst = Comparator.comparing(one -> !isBarrier(one));
    return barriersFirst
        .thenComparing(one -> isBarrier(one) ? Priority.INTERACTIVE : one.priority)
        .thenComparingLong(one -> one.arrival);
  }

  boolean isBarrier(One one) {
    return one.passes >= Locks.PASSES_MAX;
  }

  boolean canGrant(One one) {
    return one.names.keySet().stream().allMatch(name -> canHave(one, name));
  }

  boolean canHave(One one, String name) {
    return all.stream().noneMatch(holder -> keepsOut(holder, one, name))
        && ahead(one, name).stream().allMatch(ahead -> mayPass(one, ahead));
  }

  boolean mayPass(One one, One ahead) {
    return one.parent != null && dependencies(ahead).contains(one);
  }

  /** Whether a holder leaves no room. */
  boolean keepsOut(One holder, One one, String name) {
    return holder.holds
        && holder.names.containsKey(name)
        && !one.isWithin(holder)
        && level(one, name) == level(holder, name)
        && (one.wantsExclusive(name) || excludes(holder, name));
  }

  boolean excludes(One holder, String name) {
    return all.stream().anyMatch(one -> one.isWithin(holder) && one.wantsExclusive(name));
  }

  /** Rigid ones before one in a line. */
  List<One> ahead(One one, String name) {
    return waiters().stream()
        .filter(other -> isRigid(other) && rivals(one, other, name))
        .filter(other -> order().compare(other, one) < 0)
        .toList();
  }

  boolean isRigid(One one) {
    return one.names.size() == 1 || isBarrier(one);
  }

  /** Whether two that wait are in the same line and can't share. */
  private static boolean rivals(One one, One other, String name) {
    return !one.equals(other)
        && one.names.containsKey(name)
        && other.names.containsKey(name)
        && (one.wantsExclusive(name) || other.wantsExclusive(name))
        && level(one, name) == level(other, name);
  }

  /** The nearest around it that holds a lock. */
  static @Nullable One level(One one, String name) {
    One around = one.parent;
    while (around != null && !around.names.containsKey(name)) {
      around = around.parent;
    }
    return around;
  }

  private Set<One> passedBy(One granted) {
    Set<One> passed = new LinkedHashSet<>();
    for (String name : granted.names.keySet()) {
      waiters().stream()
          .filter(other -> rivals(granted, other, name) && !isBarrier(other))
          .filter(other -> passes(granted, other))
          .findFirst()
          .ifPresent(passed::add);
    }
    return passed;
  }

  private static boolean passes(One one, One other) {
    return one.arrival > other.arrival || one.priority.compareTo(other.priority) > 0;
  }

  /** A way from one waiter to another through holders and what is within them; or none. */
  List<Refusal.Link> circle(One from, One to, Set<One> seen) {
    for (String name : from.names.keySet()) {
      for (One holder : holders(from, name)) {
        Refusal.Link link = new Refusal.Link(from.id, name, holder.id);
        if (to.isWithin(holder)) {
          return List.of(link);
        }
        for (One within : waitersWithin(holder)) {
          List<Refusal.Link> rest = seen.add(within) ? circle(within, to, seen) : List.of();
          if (!rest.isEmpty()) {
            return Stream.concat(Stream.of(link), rest.stream()).toList();
          }
        }
      }
    }
    return List.of();
  }

  private List<One> holders(One one, String name) {
    return all.stream().filter(holder -> keepsOut(holder, one, name)).toList();
  }

  private List<One> waitersWithin(One holder) {
    return waiters().stream().filter(one -> one.isWithin(holder)).toList();
  }

  /** Waiters that must be granted before one can be. */
  private Set<One> dependencies(One start) {
    Set<One> found = new HashSet<>();
    List<One> next = new ArrayList<>(List.of(start));
    while (!next.isEmpty()) {
      for (One one : directly(next.removeLast())) {
        if (found.add(one)) {
          next.add(one);
        }
      }
    }
    return found;
  }

  private Set<One> directly(One one) {
    Set<One> found = new LinkedHashSet<>();
    for (String name : one.names.keySet()) {
      holders(one, name).forEach(holder -> found.addAll(waitersWithin(holder)));
      found.addAll(ahead(one, name));
    }
    return found;
  }
}
