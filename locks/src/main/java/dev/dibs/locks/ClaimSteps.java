package dev.dibs.locks;

/**
 * Told of each step that others can see, just after it was done. Tests stop and kill processes
 * there.
 */
interface ClaimSteps {

  /** The steps, in the order of a claim's life. */
  enum Step {
    ANNOUNCED,
    DIRECTORY_MADE,
    RECORD_MADE,
    JUDGED,
    DEAD_RECORD_DELETED,
    RENAMED,
    READERS_LISTED,
    READER_MADE,
    RECORD_DELETED,
    FORGOTTEN
  }

  ClaimSteps NONE = step -> {};

  void done(Step step);
}
