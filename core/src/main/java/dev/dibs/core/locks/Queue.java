package dev.dibs.core.locks;

/** Those who wait for a lock. */
final class Queue {

  /** Nobody. Never changed. */
  static final Queue NOBODY = new Queue();

  /** All of them. */
  final Line waiters = new Line();

  /** Those behind which others have to stay. */
  final Line rigid = new Line();

  /** Those that this lock kept from being granted when that was last tried. */
  final Line watchers = new Line();

  void add(Stake stake) {
    waiters.add(stake);
    if (stake.claim().isRigid()) {
      rigid.add(stake);
    }
    if (stake.claim().watched().equals(stake)) {
      watchers.add(stake);
    }
  }

  void remove(Stake stake) {
    waiters.remove(stake);
    rigid.remove(stake);
    watchers.remove(stake);
  }
}
