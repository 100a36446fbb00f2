package dev.dibs.core.locks;

/** What is to be done outside, in the order in which it is given. */
public sealed interface LockEffect {

  /** Whom it is about. */
  long holder();

  /** It holds its lock from now on, until its end is told. */
  record Grant(long holder) implements LockEffect {}

  /** It does not get the lock now and would not wait; it is forgotten already. */
  record Refuse(long holder) implements LockEffect {}
}
