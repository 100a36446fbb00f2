package dev.dibs.testkit;

/** A promise was broken. */
public final class Violation extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** One that the text names. */
  public Violation(String what) {
    super(what);
  }

  /** One that was seen by another failure. */
  public Violation(String what, Throwable cause) {
    super(what, cause);
  }
}
