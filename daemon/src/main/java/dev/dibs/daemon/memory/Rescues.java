package dev.dibs.daemon.memory;

/** Why a job that may be repeated was killed, for whoever would do it again. */
public interface Rescues {

  /** What is to become of it. */
  sealed interface Verdict {
    /** It ran out of memory: once more, with at least so much of it, MiB. */
    record RunAgain(int mib) implements Verdict {}

    /** It ran out of memory though it was alone; the most that it was seen to have, MiB. */
    record FailedAlone(int peakMib) implements Verdict {}

    /** Nobody killed it for want of memory. */
    record NotOurs() implements Verdict {}
  }

  /**
   * Why the last job of a process that stays its parent was killed; it is forgotten thereby.
   *
   * @param pid the holder of the job's claim
   * @param attempt which attempt that was, from 1
   */
  Verdict verdict(int pid, int attempt);
}
