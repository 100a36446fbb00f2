package dev.dibs.daemon.locks;

import dev.dibs.core.locks.LockMode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A claim's names on their way from those without a daemon, part by part, all or none. */
final class Taking {

  private final Succession succession;
  private final LockClaim claim;
  private final List<Map<String, LockMode>> parts;
  private int taken;

  Taking(Ranges ranges, Succession succession, LockClaim claim) {
    this.succession = succession;
    this.claim = claim;
    this.parts = ranges.parts(claim.names());
  }

  /**
   * Takes the next part.
   *
   * @return null if it is taken; else the name that is not to be had, and nothing is taken any more
   * @throws IOException if nothing can keep others out; then nothing is taken either
   */
  Ranges.@Nullable Busy next() throws IOException {
    boolean succeeds = false;
    try {
      Ranges.Busy busy = succession.take(claim, parts.get(taken));
      succeeds = busy == null;
      taken += succeeds ? 1 : 0;
      return busy;
    } finally {
      if (!succeeds) {
        giveBack();
      }
    }
  }

  boolean isComplete() {
    return taken == parts.size();
  }

  /** All that was taken so far. */
  void giveBack() {
    parts.subList(0, taken).forEach(succession::release);
    taken = 0;
  }
}
