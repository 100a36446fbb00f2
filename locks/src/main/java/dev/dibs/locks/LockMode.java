package dev.dibs.locks;

/** How a lock is held. */
public enum LockMode {
  /** By any number at once, all of them shared. */
  SHARED,
  /** By one, and nobody else. */
  EXCLUSIVE;

  /** Whether who holds it like this has all that {@code other} would give. */
  boolean covers(LockMode other) {
    return this == EXCLUSIVE || other == SHARED;
  }

  /** Whether two may hold it at once, one like this and one like {@code other}. */
  boolean conflictsWith(LockMode other) {
    return this == EXCLUSIVE || other == EXCLUSIVE;
  }
}
