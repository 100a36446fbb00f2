package dev.dibs.daemon.files;

import org.jspecify.annotations.Nullable;

/** What the jobserver needs to know of runs. */
public interface JobserverRuns {

  /** The tokens of the outermost run around a run of that name, if that lives. */
  @Nullable RunTokens named(String name);

  /** Whether others wait for what a run's clients return. */
  boolean areContended();

  /**
   * Makes a process that is in no run a run of its own.
   *
   * @param told what becomes of it
   */
  Claim claim(int pid, Outcome told);

  /** What becomes of a claim. */
  interface Outcome {
    /** It has its first slot. */
    void granted(RunTokens tokens);

    /** It gets none. */
    void refused();
  }

  /** A claim that waits. */
  interface Claim {
    /** Gives up. */
    void withdraw();
  }
}
