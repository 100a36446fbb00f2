package dev.dibs.locks;

/**
 * A lock's name and where it is among all: locks are taken in the order of their positions, so
 * nobody who takes many waits in a circle.
 *
 * @param position {@link LockRange#position}; two names of one position are one lock
 */
record LockName(String text, long position) implements Comparable<LockName> {

  static LockName of(String text) {
    return new LockName(text, LockRange.of(text).position());
  }

  @Override
  public int compareTo(LockName other) {
    return Long.compare(position, other.position);
  }
}
