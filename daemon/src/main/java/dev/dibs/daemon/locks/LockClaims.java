package dev.dibs.daemon.locks;

/**
 * Where locks are asked for. A claim is a set of names, all or none, and a number. For the loop's
 * thread only; nothing blocks.
 */
public interface LockClaims {

  /**
   * Asks. The holder is told what becomes of it, perhaps before this returns: at most one grant or
   * one refusal, and while it waits {@link LockHolder#waiting}.
   *
   * @return the claim's number, never used before; after a refusal it means nothing
   */
  long request(LockHolder holder, LockWish wish);

  /**
   * The claim is over: its locks are free, or it waits no more. The holder is told nothing. One
   * that is unknown is ignored, so that an end may be told twice.
   */
  void end(long claim);

  /** All that a granted claim holds is shared from now on; one that is unknown is ignored. */
  void downgrade(long claim);
}
