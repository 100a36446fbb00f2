package dev.dibs.core.locks;

/** What is to be done outside, in the order in which it is given. */
public sealed interface LockEffect {

  /** Whom it is about. */
  long claim();

  /** It holds all its locks from now on, until its end is told. */
  record Grant(long claim) implements LockEffect {}

  /** It gets none of its locks, and is forgotten already. */
  record Refuse(long claim, Refusal refusal) implements LockEffect {}
}
