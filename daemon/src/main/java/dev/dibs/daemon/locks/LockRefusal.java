package dev.dibs.daemon.locks;

/**
 * Why somebody does not get locks.
 *
 * @param reason for programs
 * @param text for people: what, why, how to mend it; not escaped
 */
public record LockRefusal(Reason reason, String text) {

  /** For programs. */
  public enum Reason {
    /** It would have to wait and does not want to. */
    BUSY,
    /** It waited as long as it wanted to. */
    TIMEOUT,
    /** It would wait for somebody who waits for it. */
    CYCLE,
    /** It, or what started it, holds one of the names shared and now wants it exclusively. */
    UPGRADE,
    /** The daemon ends. */
    LEAVING,
    /** It can't be kept from others, or written down for a later daemon. */
    UNKEPT,
    /** It makes no sense. */
    MISUSE
  }
}
