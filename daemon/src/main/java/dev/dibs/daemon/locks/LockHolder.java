package dev.dibs.daemon.locks;

import org.jspecify.annotations.Nullable;

/** Who waits for locks and then holds them. Told on the loop's thread. */
public interface LockHolder {

  /** What a claim is held by. */
  enum Kind {
    /** A process, and perhaps all that it starts. */
    PROCESS,
    /** A connection of a process that may have several. */
    CONNECTION,
    /** An open file. */
    FILE,
    /** Somebody who has it without the daemon. */
    OUTSIDE
  }

  /** What holds it. */
  Kind kind();

  /** The process, for people and to find what is above it; 0 if that is not known. */
  int pid();

  /**
   * It holds all that it asked for.
   *
   * @return false if nobody hears it any more; then the claim is over
   */
  boolean granted(LockGrant grant);

  /** It does not get what it asked for, and is forgotten already. */
  void refused(LockRefusal refusal);

  /** It waits, for more than a second or for somebody else than before; the text says for whom. */
  void waiting(String text);

  /** Whether a process has what keeps the claim alive. */
  default boolean isHeldBy(int process) {
    return process == pid();
  }

  /** The processes that hold it now; those that were not looked for, or can't be, are left out. */
  default int[] processes() {
    return pid() == 0 ? new int[0] : new int[] {pid()};
  }

  /**
   * What a later daemon needs to find it again, as {@code key=value} fields joined by 0x1F; null if
   * its claims end with this daemon. Asked when a claim is granted.
   */
  default @Nullable String trace() {
    return null;
  }
}
