package dev.dibs.daemon.locks;

import dev.dibs.core.locks.LockMode;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the bytes of names go from a claim that ended to those that come next. Mostly that is one
 * name, from one who had it alone to one who has it alone: then they stay taken, and the kernel
 * hears nothing of it. Else they are given back, and taken anew.
 *
 * <p>Who waits without a daemon would wait for ever for a name that goes from claim to claim. So of
 * {@value #PASSES} claims one looks whether somebody does, and stays behind.
 *
 * <p>Between {@link #left} and the next {@link #take}, {@link #passesAtOnce} or {@link #settle}
 * nothing else may be asked of the ranges.
 */
final class Succession {

  private static final int PASSES = 8;

  private final Ranges ranges;
  private @Nullable LockClaim gone;
  private int passed;

  Succession(Ranges ranges) {
    this.ranges = ranges;
  }

  /** A claim ended that had its bytes. */
  void left(LockClaim claim) {
    settle();
    gone = claim;
  }

  /** Nobody came who could have what was left: it is given back. */
  void settle() {
    LockClaim before = gone;
    if (before != null) {
      gone = null;
      ranges.release(before.names());
    }
  }

  /** As {@link Ranges#release}. */
  void release(Map<String, LockMode> names) {
    settle();
    ranges.release(names);
  }

  /** As {@link Ranges#take}, for some of a claim's names, or all. */
  Ranges.@Nullable Busy take(LockClaim claim, Map<String, LockMode> names) throws IOException {
    String name = passesOn(claim);
    if (name == null) {
      settle();
      return ranges.take(names, claim.within() != null, claim.wish().waits());
    }
    if (isTurnOfOthers(name)) {
      settle();
      return new Ranges.Busy(name, LockMode.EXCLUSIVE);
    }
    gone = null;
    return null;
  }

  /**
   * Whether a claim has all that was left as it is, and there is nothing to be looked at: then it
   * is the claim's.
   */
  boolean passesAtOnce(LockClaim claim) {
    if (passesOn(claim) == null || passed % PASSES == PASSES - 1) {
      return false;
    }
    passed++;
    gone = null;
    return true;
  }

  /** The name that is left by one who had nothing else to one who wants nothing else; or null. */
  private @Nullable String passesOn(LockClaim claim) {
    LockClaim before = gone;
    if (before == null || before.within() != null || claim.within() != null) {
      return null;
    }
    String name = before.onlyName();
    return name != null && name.equals(claim.onlyName()) && !ranges.refusesAll() ? name : null;
  }

  private boolean isTurnOfOthers(String name) throws IOException {
    passed++;
    return passed % PASSES == 0 && ranges.isWaitedFor(name);
  }
}
