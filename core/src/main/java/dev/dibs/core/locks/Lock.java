package dev.dibs.core.locks;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A lock as those see it who are within the same holder of it, or within none. Always: one holder,
 * or any number of them if all are shared, but for an outsider who came beside them. Whoever is
 * within one of them sees another such lock, the holder's {@linkplain Stake#inner() inner} one.
 */
final class Lock {

  private final String name;
  private final @Nullable Stake owner;
  private final Set<Stake> holders = new LinkedHashSet<>(2);
  private int exclusive; // of the holders
  private int outsiders; // of the holders
  private Queue queue = Queue.NOBODY;

  /**
   * @param owner by whom it is held, from outside; null: it is the outermost
   */
  Lock(String name, @Nullable Stake owner) {
    this.name = name;
    this.owner = owner;
  }

  String name() {
    return name;
  }

  @Nullable Stake owner() {
    return owner;
  }

  Set<Stake> holders() {
    return Collections.unmodifiableSet(holders);
  }

  Queue queue() {
    return queue;
  }

  boolean isUnused() {
    return holders.isEmpty() && queue.waiters.isEmpty();
  }

  /** Whether its holders leave room for one more. */
  boolean fits(LockMode mode) {
    return switch (mode) {
      case SHARED -> exclusive == 0;
      case EXCLUSIVE -> holders.isEmpty();
    };
  }

  boolean isWantedExclusive() {
    return exclusive > 0 || !queue.waiters.of(LockMode.EXCLUSIVE).isEmpty();
  }

  /** Whether somebody has it whose circles nobody can see. */
  boolean hasOutsider() {
    return outsiders > 0;
  }

  /** Who has it when its only holder ends; null: nobody, or it takes more to find out. */
  @Nullable Claim heir() {
    boolean isPlain = holders.size() == 1 && exclusive == 1 && outsiders == 0;
    Stake next = isPlain ? queue.waiters.firstIfNobodyShares() : null;
    return next == null || next.claim().onlyStake() == null ? null : next.claim();
  }

  void hold(Stake stake) {
    stake.moveTo(this);
    holders.add(stake);
    outsiders += stake.claim().isOutsider() ? 1 : 0;
    adjust(stake, stake.mustExclude());
  }

  void release(Stake stake) {
    adjust(stake, false);
    outsiders -= stake.claim().isOutsider() ? 1 : 0;
    holders.remove(stake);
  }

  private void adjust(Stake stake, boolean excludes) {
    if (stake.excludes() != excludes) {
      exclusive += excludes ? 1 : -1;
      stake.exclude(excludes);
    }
  }

  /** Whether a holder excludes others more or less than before, for those within it do. */
  boolean settle(Stake holder) {
    boolean before = holder.excludes();
    adjust(holder, holder.mustExclude());
    return before != holder.excludes();
  }

  void enqueue(Stake stake) {
    if (queue.equals(Queue.NOBODY)) {
      queue = new Queue();
    }
    stake.moveTo(this);
    queue.add(stake);
  }

  void dequeue(Stake stake) {
    queue.remove(stake);
    if (queue.waiters.isEmpty()) {
      queue = Queue.NOBODY;
    }
  }

  void watch(Stake stake) {
    queue.watchers.add(stake);
  }

  void unwatch(Stake stake) {
    queue.watchers.remove(stake);
  }

  /** All that hold or wait within a holder that is gone do so here from now on. */
  void absorb(Lock inner) {
    for (Stake holder : inner.holders) {
      holder.exclude(false); // it is not counted here yet
      hold(holder);
    }
    Collection<Stake> waiters = inner.queue.waiters.all();
    inner.queue = Queue.NOBODY;
    waiters.forEach(this::enqueue);
  }

  /** Holders that can't share with one of this mode. */
  List<Stake> holdersAgainst(LockMode mode) {
    return fits(mode)
        ? List.of()
        : holders.stream().filter(h -> mode == LockMode.EXCLUSIVE || h.excludes()).toList();
  }
}
