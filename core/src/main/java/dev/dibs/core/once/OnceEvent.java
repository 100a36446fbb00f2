package dev.dibs.core.once;

import java.util.Set;

/** What happened outside. */
public sealed interface OnceEvent {

  /** When, on a clock that never goes back, ms. */
  long nowMs();

  /**
   * Somebody asks for a piece of work.
   *
   * @param claim who: a number never used before
   * @param key what the work is called; any text
   * @param fingerprint what the work is: equal if and only if it is the same
   * @param maxAgeMs a result that is not older, in ms, is good enough, unless it is a failure; 0:
   *     only what ends from now on
   * @param askingMs for how long it has been asking already, ms: whatever ended since then is what
   *     it waited for, failures as well; 0 for who asks for the first time
   * @param waits whether it waits while somebody else does the work; else it is refused then
   * @param within the runners that can't end before it does, since it is part of their work
   */
  record Asked(
      long nowMs,
      long claim,
      String key,
      String fingerprint,
      long maxAgeMs,
      long askingMs,
      boolean waits,
      Set<Long> within)
      implements OnceEvent {

    public Asked {
      within = Set.copyOf(within);
    }
  }

  /**
   * A runner has done the work. Its result is called by the runner's number. One that does not run
   * is ignored.
   *
   * @param good whether it did not fail; failures are for those who wait, and are not kept
   * @param bytes how large the result is
   */
  record Reported(long nowMs, long claim, boolean good, long bytes) implements OnceEvent {}

  /**
   * It is gone, or has its result: a waiter waits no more; a runner that has not reported hands the
   * work on, so nothing of it may be left; who was given a result needs it no more. One that is
   * unknown is ignored.
   */
  record Ended(long nowMs, long claim) implements OnceEvent {}

  /** Time has passed. */
  record Ticked(long nowMs) implements OnceEvent {}

  /**
   * Somebody does a piece of work since before: an earlier daemon told it to.
   *
   * @param keepMs for how long its result is to be kept at least
   */
  record AdoptedRun(long nowMs, long claim, String key, String fingerprint, long keepMs)
      implements OnceEvent {}

  /**
   * There is a result of an earlier daemon's.
   *
   * @param claim its runner's number
   * @param ageMs its age
   * @param keepMs for how long from now it is kept
   */
  record AdoptedResult(
      long nowMs,
      long claim,
      String key,
      String fingerprint,
      boolean good,
      long bytes,
      long ageMs,
      long keepMs)
      implements OnceEvent {}
}
