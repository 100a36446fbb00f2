package dev.dibs.daemon;

import dev.dibs.daemon.memory.Rescues;

/**
 * What a launcher is told whose command ended badly (docs/control.md).
 *
 * @param status 0: run it again, reckoned with as many MiB as the text says; 1: don't
 * @param text the number; or why not, for a person, empty if there is nothing to be said
 */
record RetryAnswer(int status, String text) {

  static RetryAnswer to(Rescues.Verdict verdict) {
    return switch (verdict) {
      case Rescues.Verdict.RunAgain again -> new RetryAnswer(0, again.mib() + "\n");
      case Rescues.Verdict.FailedAlone alone -> new RetryAnswer(1, failedAlone(alone.peakMib()));
      case Rescues.Verdict.NotOurs none -> new RetryAnswer(1, "");
    };
  }

  private static String failedAlone(int peakMib) {
    return "it ran out of memory although nothing ran beside it: "
        + peakMib
        + " MiB at its peak. Give it a larger machine, or less to do at once.\n";
  }
}
