package dev.dibs.daemon;

import java.util.OptionalLong;

/**
 * Numbers of claims and their names for the outside. A name is never used again, also by a later
 * daemon, so that a stale {@code DIBS_RUN} in some shell means nothing: the upper bits are the
 * millisecond in which the daemon started, and none starts within a millisecond of its predecessor;
 * the lower ones count.
 */
final class ClaimIds {

  /** Stands between the name of a run and that of its member. */
  static final String MEMBER_MARK = ".";

  private static final int COUNTER_BITS = 16;

  private long next;

  ClaimIds(long epochMs) {
    this.next = (epochMs << COUNTER_BITS) + 1;
  }

  long next() {
    return next++;
  }

  static String name(long id) {
    return Long.toString(id, Character.MAX_RADIX);
  }

  /** The number behind a name that came from outside; of a member's, its own. */
  static OptionalLong parse(String name) {
    String own = name.substring(name.lastIndexOf(MEMBER_MARK) + 1);
    try {
      return OptionalLong.of(Long.parseLong(own, Character.MAX_RADIX));
    } catch (NumberFormatException notOurs) {
      return OptionalLong.empty();
    }
  }
}
