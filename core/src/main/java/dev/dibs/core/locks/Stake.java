package dev.dibs.core.locks;

import org.jspecify.annotations.Nullable;

/** What a claim has in one lock: it waits for it or holds it. */
final class Stake {

  private final Claim claim;
  private Lock lock;
  private LockMode mode;
  private @Nullable Lock inner;
  private boolean excludes;

  Stake(Claim claim, Lock lock, LockMode mode) {
    this.claim = claim;
    this.lock = lock;
    this.mode = mode;
  }

  Claim claim() {
    return claim;
  }

  Order order() {
    return claim.order();
  }

  /** The lock as the claim sees it. */
  Lock lock() {
    return lock;
  }

  LockMode mode() {
    return mode;
  }

  boolean isExclusive() {
    return mode == LockMode.EXCLUSIVE;
  }

  /** Whether nobody may hold the lock beside it, now that it is held. */
  boolean excludes() {
    return excludes;
  }

  /** The lock as those see it who are within the claim; null: none of them has asked for it. */
  @Nullable Lock inner() {
    return inner;
  }

  void moveTo(Lock other) {
    lock = other;
  }

  void exclude(boolean others) {
    excludes = others;
  }

  void share() {
    mode = LockMode.SHARED;
  }

  void excludeAll() {
    mode = LockMode.EXCLUSIVE;
  }

  /** The lock as those see it who are within the claim. */
  Lock open() {
    if (inner == null) {
      inner = new Lock(lock.name(), this);
    }
    return inner;
  }

  /** Nobody within the claim has anything to do with the lock any more. */
  void close() {
    inner = null;
  }

  /** Of the claim's number: the one that the JVM makes up is much to ask for on each handover. */
  @Override
  public int hashCode() {
    return Long.hashCode(claim.id());
  }

  /** Whether somebody within excludes others or waits for that, whatever the claim's own mode. */
  boolean mustExclude() {
    return isExclusive() || (inner != null && inner.isWantedExclusive());
  }
}
