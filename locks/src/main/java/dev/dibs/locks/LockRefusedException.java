package dev.dibs.locks;

/** A request that is not granted however long one waits. Its message says why and what to do. */
public final class LockRefusedException extends Exception {

  /** Why, for programs. */
  public enum Reason {
    /** Who asks holds it shared and wants it exclusive: two who do so would wait for ever. */
    UPGRADE,
    /** Who asks would wait for itself, over others who wait. Only a daemon sees that. */
    CYCLE
  }

  private final Reason reason;

  /** One with a message for people. */
  public LockRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
