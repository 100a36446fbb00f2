package dev.dibs.core.once;

/** What is to be done outside, in the order in which it is given. */
public sealed interface OnceEffect {

  /** This one does the work. */
  record Run(long claim) implements OnceEffect {}

  /**
   * This one has a result, which stays until its end is told.
   *
   * @param result the number of the claim that ran
   */
  record Share(long claim, long result) implements OnceEffect {}

  /** This one gets nothing; it is forgotten already. */
  record Refuse(long claim, OnceRefusal why) implements OnceEffect {}

  /** Nobody needs this result any more. */
  record Forget(long result) implements OnceEffect {}
}
