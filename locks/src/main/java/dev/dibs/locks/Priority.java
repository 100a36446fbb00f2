package dev.dibs.locks;

/** Who goes first among those who wait, where a daemon decides; without one it means nothing. */
public enum Priority {
  /** Somebody sits and waits for it. */
  INTERACTIVE,
  /** As all others. */
  NORMAL,
  /** Whenever nobody else wants it. */
  BACKGROUND
}
