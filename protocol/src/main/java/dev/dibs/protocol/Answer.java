package dev.dibs.protocol;

/**
 * A line of a reply FIFO (docs/control.md). Only {@link Queued}, {@link Near} and {@link Waiting}
 * are not the last one.
 */
public sealed interface Answer {

  /** The line with its newline. */
  String line();

  /** Whether nothing follows. */
  default boolean last() {
    return true;
  }

  /**
   * The asker may go on.
   *
   * @param id what the claim is called
   * @param slots how many slots the command may use
   * @param flags letters, as docs/control.md lists them; {@code -} for none
   * @param jobs the number for {@code -j} in MAKEFLAGS
   * @param shims folder to put first on the PATH, or {@code -}
   */
  record Granted(String id, int slots, String flags, int jobs, String shims) implements Answer {
    @Override
    public String line() {
      return "g " + id + " " + slots + " " + flags + " " + jobs + " " + shims + "\n";
    }
  }

  /**
   * The asker holds its locks.
   *
   * @param id what the claim is called
   * @param fence a number that is larger than that of every earlier grant
   * @param flags letters, as docs/control.md lists them; {@code -} for none
   */
  record Locked(String id, long fence, String flags) implements Answer {
    @Override
    public String line() {
      return "l " + id + " " + fence + " " + flags + "\n";
    }
  }

  /**
   * The asker does the work that others wait for.
   *
   * @param id what the run is called
   * @param flags letters, as docs/control.md lists them; {@code -} for none
   */
  record Runs(String id, String flags) implements Answer {
    @Override
    public String line() {
      return "r " + id + " " + flags + "\n";
    }
  }

  /**
   * Somebody else did the work.
   *
   * @param id what that run is called
   * @param status its exit status
   * @param flags letters, as docs/control.md lists them; {@code -} for none
   */
  record Shared(String id, int status, String flags) implements Answer {
    @Override
    public String line() {
      return "s " + id + " " + status + " " + flags + "\n";
    }
  }

  /** Not yet: the claim is known and waits. */
  record Queued() implements Answer {
    @Override
    public String line() {
      return "w\n";
    }

    @Override
    public boolean last() {
      return false;
    }
  }

  /** Not yet, but it is among the next: the asker may get ready. */
  record Near() implements Answer {
    @Override
    public String line() {
      return "n\n";
    }

    @Override
    public boolean last() {
      return false;
    }
  }

  /** Still not; the text says who is in the way. */
  record Waiting(String text) implements Answer {
    @Override
    public String line() {
      return "w " + Printable.of(text) + "\n";
    }

    @Override
    public boolean last() {
      return false;
    }
  }

  /** The bounded wait ran out. */
  record Busy(String text) implements Answer {
    @Override
    public String line() {
      return "b " + Printable.of(text) + "\n";
    }
  }

  /** The request makes no sense. */
  record Misuse(String text) implements Answer {
    @Override
    public String line() {
      return "x " + Printable.of(text) + "\n";
    }
  }

  /** The daemon can't serve this asker, who should go on without. */
  record Unserved(String text) implements Answer {
    @Override
    public String line() {
      return "u " + Printable.of(text) + "\n";
    }
  }

  /** The daemon is leaving; a new one should be started and asked again. */
  record Again() implements Answer {
    @Override
    public String line() {
      return "a\n";
    }
  }

  /** The answer is in the file {@code r/PID.out}; to be printed, then the exit status. */
  record Output(int status) implements Answer {
    @Override
    public String line() {
      return "o " + status + "\n";
    }
  }
}
