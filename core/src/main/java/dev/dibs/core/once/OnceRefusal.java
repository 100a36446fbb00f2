package dev.dibs.core.once;

import java.util.List;

/** Why somebody gets nothing. */
public sealed interface OnceRefusal {

  /** Something else is being done under this key, by this runner. */
  record Other(long runner) implements OnceRefusal {}

  /** This runner is at it, and the asker would not wait. */
  record WouldWait(long runner) implements OnceRefusal {}

  /**
   * Waiting would never end.
   *
   * @param runners the first is the one to be waited for; each can't end before the next, and the
   *     last one not before the asker
   */
  record Cycle(List<Long> runners) implements OnceRefusal {

    public Cycle {
      runners = List.copyOf(runners);
    }
  }
}
