package dev.dibs.core.locks;

/** Who is served before whom, whenever each of them came. */
public enum Priority {
  /** Somebody sits there and waits. */
  INTERACTIVE,
  /** The usual. */
  NORMAL,
  /** Nobody waits for it. */
  BACKGROUND
}
