package dev.dibs.core.locks;

/** What happened outside. */
public sealed interface LockEvent {

  /** Who asks, waits or holds: a number never used before. */
  long holder();

  /**
   * Somebody asks for a lock.
   *
   * @param name the lock's; any text
   * @param waits whether it waits until it is granted; else it is refused unless granted now
   */
  record Requested(long holder, String name, LockMode mode, boolean waits) implements LockEvent {}

  /** Somebody holds a lock since before: it was granted by an earlier daemon. */
  record Adopted(long holder, String name, LockMode mode) implements LockEvent {}

  /**
   * It holds no more, or waits no more. One that is unknown is ignored, so that an end may be told
   * twice.
   */
  record Ended(long holder) implements LockEvent {}
}
