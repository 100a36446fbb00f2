package dev.dibs.core.locks;

/** How a lock is held. */
public enum LockMode {
  /** By any number at once, all of them shared. */
  SHARED,
  /** By one, and nobody else. */
  EXCLUSIVE
}
