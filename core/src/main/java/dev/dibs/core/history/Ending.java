package dev.dibs.core.history;

/** How a job ended, for what that says of its needs. */
public enum Ending {
  /** It did what it was to do, so it needed what was seen. */
  DONE,
  /** It failed, or only its beginning was seen: it needs at least as much. */
  FAILED,
  /** It was killed because memory ran out: it needs more. */
  KILLED,
  /** Nobody knows. It counts as done if it needed about as much as it did before. */
  UNKNOWN
}
