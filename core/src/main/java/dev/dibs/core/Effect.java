package dev.dibs.core;

/**
 * What is to be done outside, in the order given. A {@link Drain} is to be done and answered by
 * {@link Event.TokensDrained} before the next event is applied.
 */
public sealed interface Effect {

  /**
   * A claim has its slots.
   *
   * @param slots slots that the holder may use, at least 1
   * @param own how many of them are the claim's own; the other one (a member's first) is covered by
   *     its run
   */
  record Grant(long claim, int slots, int own) implements Effect {}

  /** A claim waited until its deadline and is forgotten. */
  record Refuse(long claim) implements Effect {}

  /** Who waited for something that is not of this pool has the slots back that it lent. */
  record Resume(long waiter) implements Effect {}

  /** Write so many tokens into a run's FIFO. */
  record Put(long run, int count) implements Effect {}

  /** Take up to so many bytes out of a run's FIFO without blocking. */
  record Drain(long run, int count) implements Effect {}

  /**
   * Memory runs out: kill a claim's whole tree, and tell {@link Event.ClaimEnded} when it is gone.
   * It was granted with a {@linkplain Need#retryable need that may be repeated}.
   */
  record Rescue(long claim) implements Effect {}
}
