package dev.dibs.core.locks;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Grants what can be granted after something happened: of all waiters that could be by the rules of
 * lines, the first, and again, until there is none; then of those for whom lines give way, the
 * first, and so on.
 *
 * <p>It does not look at all waiters. Each <em>watches</em> one lock, that which kept it from being
 * granted when that was last tried. All that watch a lock in the same mode are kept by the same: if
 * the first of them is still kept by it, so are the others. So only the first are candidates, and
 * the next becomes one when the first is granted or watches another lock. A release with a thousand
 * waiters is one grant and a few steps in sorted maps.
 *
 * <p>Claims within others are looked at one by one after that, if holders leave them room: for them
 * lines may give way (see {@link Locks}), which can come about anywhere.
 */
final class Round {

  private final NavigableMap<Order, Claim> candidates = new TreeMap<>();
  private final Set<Claim> nestedWaiters = new LinkedHashSet<>();
  private final Dependencies dependencies = new Dependencies();
  private List<LockEffect> effects = new ArrayList<>();
  private long looks;

  /** How often it was looked whether a lock keeps somebody waiting. */
  long looks() {
    return looks;
  }

  /** What was granted since this was last asked. */
  List<LockEffect> takeEffects() {
    List<LockEffect> taken = effects;
    effects = new ArrayList<>();
    return taken;
  }

  /**
   * Grants a claim that comes, before anybody else, if nothing keeps it from that. Whom it need not
   * stay behind may depend on who would stand behind it: so one within others is tried in line too.
   */
  boolean grantNow(Claim claim) {
    dependencies.forget();
    boolean granted = obstacle(claim) < 0;
    if (!granted && claim.isNested()) {
      enqueue(claim);
      dependencies.forget();
      granted = linesGiveWayTo(claim);
      dequeue(claim);
    }
    if (granted) {
      grant(claim);
    }
    return granted;
  }

  void enqueue(Claim claim) {
    claim.watch(Math.max(0, obstacle(claim)));
    claim.stakes().forEach(stake -> stake.lock().enqueue(stake));
    if (claim.isNested()) {
      nestedWaiters.add(claim);
    }
  }

  void dequeue(Claim claim) {
    for (Stake stake : claim.stakes()) {
      stake.lock().dequeue(stake);
    }
    candidates.remove(claim.order());
    if (claim.isNested()) { // else the hash that the JVM would make up costs microseconds
      nestedWaiters.remove(claim);
    }
  }

  boolean hasNestedWaiters() {
    return !nestedWaiters.isEmpty();
  }

  /** It is within nobody any more. */
  void surfaced(Claim claim) {
    nestedWaiters.remove(claim);
  }

  /** A lock may keep fewer waiting than before. */
  void touch(Lock lock) {
    touch(lock, LockMode.SHARED);
    touch(lock, LockMode.EXCLUSIVE);
  }

  private void touch(Lock lock, LockMode mode) {
    Stake first = lock.fits(mode) ? lock.queue().watchers.first(mode) : null;
    if (first != null) {
      candidates.put(first.order(), first.claim());
    }
  }

  /** Grants until nobody can be granted. */
  void run() {
    dependencies.forget();
    do {
      while (!candidates.isEmpty()) {
        attempt(candidates.pollFirstEntry().getValue());
      }
    } while (giveWay());
  }

  private boolean giveWay() {
    if (nestedWaiters.isEmpty()) {
      return false;
    }
    NavigableMap<Order, Claim> withRoom = new TreeMap<>();
    for (Claim claim : nestedWaiters) {
      if (claim.watched().lock().fits(claim.watched().mode())) {
        withRoom.put(claim.order(), claim);
      }
    }
    for (Claim claim : withRoom.values()) {
      if (linesGiveWayTo(claim)) {
        dequeue(claim);
        grant(claim);
        touch(claim.watched().lock(), claim.watched().mode());
        return true;
      }
    }
    return false;
  }

  private void attempt(Claim claim) {
    Stake before = claim.watched();
    int obstacle = obstacle(claim);
    if (obstacle < 0) {
      dequeue(claim);
      grant(claim);
      touch(before.lock(), before.mode());
    } else if (obstacle != claim.watchedIndex()) {
      before.lock().unwatch(before);
      claim.watch(obstacle);
      claim.watched().lock().watch(claim.watched());
      touch(before.lock(), before.mode());
    }
  }

  /** The index of a stake that keeps a claim from being granted, first that which did; or -1. */
  private int obstacle(Claim claim) {
    List<Stake> stakes = claim.stakes();
    for (int i = 0; i < stakes.size(); i++) {
      int index = (claim.watchedIndex() + i) % stakes.size();
      if (isObstacle(stakes.get(index))) {
        return index;
      }
    }
    return -1;
  }

  private boolean isObstacle(Stake stake) {
    looks++;
    return !stake.lock().fits(stake.mode()) || stake.lock().queue().rigid.isAhead(stake);
  }

  /** Whether there is room for a claim, and all that hold it back in lines depend on it. */
  private boolean linesGiveWayTo(Claim claim) {
    for (Stake stake : claim.stakes()) {
      looks++;
      if (!stake.lock().fits(stake.mode())) {
        return false;
      }
    }
    return claim.stakes().stream()
        .flatMap(stake -> stake.lock().queue().rigid.ahead(stake).stream())
        .allMatch(ahead -> dependencies.dependsOn(ahead.claim(), claim));
  }

  private void grant(Claim claim) {
    claim.hold();
    for (Stake stake : claim.stakes()) {
      stake.lock().hold(stake);
    }
    effects.add(new LockEffect.Grant(claim.id()));
    dependencies.forget();
    Set<Claim> passed = passedBy(claim);
    if (!passed.isEmpty()) {
      passed.forEach(this::countPass);
    }
  }

  /** Of those that it passed in each line the earliest. */
  private static Set<Claim> passedBy(Claim claim) {
    Set<Claim> passed = Set.of();
    for (Stake stake : claim.stakes()) {
      @Nullable Claim first = stake.lock().queue().waiters.firstPassed(stake);
      if (first != null) {
        passed = passed.isEmpty() ? new LinkedHashSet<>() : passed;
        passed.add(first);
      }
    }
    return passed;
  }

  /** Who waits for an outsider waits for nobody knows what, and must not keep others from that. */
  private void countPass(Claim claim) {
    if (!claim.isKeptOutside() && claim.passed() == Locks.PASSES_MAX) {
      replace(claim, claim::becomeBarrier);
    }
  }

  /** No barrier any more, if it is one. */
  void soften(Claim claim) {
    if (claim.order().isBarrier()) {
      replace(claim, claim::becomeOrdinary);
      claim.stakes().forEach(stake -> touch(stake.lock()));
    }
  }

  private void replace(Claim claim, Runnable change) {
    boolean nested = nestedWaiters.contains(claim);
    dequeue(claim);
    change.run();
    claim.stakes().forEach(stake -> stake.lock().enqueue(stake));
    candidates.put(claim.order(), claim);
    if (nested) {
      nestedWaiters.add(claim);
    }
    dependencies.forget();
  }
}
