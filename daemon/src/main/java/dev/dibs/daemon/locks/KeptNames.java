package dev.dibs.daemon.locks;

import dev.dibs.core.locks.LockMode;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OfdLocks;
import dev.dibs.host.OsException;
import dev.dibs.host.RangesOfProcess;
import dev.dibs.locks.LockRange;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What claims have of each name, by position, and what the kernel keeps from strangers for it: the
 * bytes are exclusive while one of the claims is, else shared, else free.
 *
 * <p>What claims have changes at once. That the kernel is to know less of many names is done some
 * {@value #TURN} at a time, so strangers may find them taken a moment longer, and never too early.
 */
final class KeptNames {

  /** Names in one turn of the loop: the kernel looks at all that is locked, for each. */
  static final int TURN = 64;

  /** Between two parts of many names. */
  static final long NEXT_TURN_MS = 1;

  private static final long LOOK_AGAIN_MS = 20;

  /** What claims have of a name. */
  private static final class Hold {
    private int exclusive;
    private int shared;

    private @Nullable LockMode mode() {
      if (exclusive > 0) {
        return LockMode.EXCLUSIVE;
      }
      return shared > 0 ? LockMode.SHARED : null;
    }

    private void count(LockMode mode, int by) {
      exclusive += mode == LockMode.EXCLUSIVE ? by : 0;
      shared += mode == LockMode.SHARED ? by : 0;
    }
  }

  private final OfdLocks ranges;
  private final EventLoop loop;
  private final Log log;
  private final Map<Long, Hold> holds = new HashMap<>();
  private final Set<Long> missing = new HashSet<>(); // adopted, and somebody else's
  private final Queue<Long> unsettled = new ArrayDeque<>();

  KeptNames(OfdLocks ranges, EventLoop loop, Log log) {
    this.ranges = ranges;
    this.loop = loop;
    this.log = log;
  }

  /** How claims have a name; null: none has. */
  @Nullable LockMode mode(long position) {
    Hold hold = holds.get(position);
    return hold == null ? null : hold.mode();
  }

  /**
   * One more claim is to have a name.
   *
   * @return false if a stranger has it
   */
  boolean add(long position, LockMode mode) throws OsException {
    LockMode before = mode(position);
    boolean known = before == mode || before == LockMode.EXCLUSIVE;
    if (!known && !ranges.tryLock(position, LockRange.LENGTH, mode == LockMode.SHARED)) {
      return false;
    }
    hold(position).count(mode, 1);
    return true;
  }

  private Hold hold(long position) {
    return holds.computeIfAbsent(position, p -> new Hold());
  }

  /**
   * A claim has a name no more.
   *
   * @return whether the kernel is to know less than before
   */
  boolean remove(long position, LockMode mode) {
    Hold hold = holds.get(position);
    if (hold == null) {
      throw new IllegalStateException("BUG: a name is given back that nobody took");
    }
    LockMode before = hold.mode();
    hold.count(mode, -1);
    return before != hold.mode();
  }

  /** A claim shares a name from now on; as {@link #remove}. */
  boolean downgrade(long position, LockMode from) {
    LockMode before = mode(position);
    remove(position, from);
    hold(position).count(LockMode.SHARED, 1);
    return before != mode(position);
  }

  /** Has the kernel know of names what claims have of them, of many soon. */
  void settle(Collection<Long> positions) {
    if (positions.size() <= TURN) {
      positions.forEach(this::settles);
      return;
    }
    boolean idle = unsettled.isEmpty();
    unsettled.addAll(positions);
    if (idle) {
      settleSome();
    }
  }

  private void settleSome() {
    for (int i = 0; i < TURN && !unsettled.isEmpty(); i++) {
      settles(unsettled.remove());
    }
    if (!unsettled.isEmpty()) {
      loop.after(NEXT_TURN_MS, this::settleSome);
    }
  }

  /** Has the kernel know what claims have of a name; false if somebody else has it. */
  boolean settles(long position) {
    LockMode mode = mode(position);
    try {
      if (mode != null) {
        return ranges.tryLock(position, LockRange.LENGTH, mode == LockMode.SHARED);
      }
      holds.remove(position);
      ranges.unlock(position, LockRange.LENGTH);
      return true;
    } catch (OsException failure) {
      log.warn("A name can't be kept from those without a daemon, or given to them: " + failure);
      return false;
    }
  }

  /** A claim has a name since an earlier daemon. */
  void adopt(long position, LockMode mode) {
    hold(position).count(mode, 1);
  }

  /** Most is as it should be, and stays; what the description has is read in one go. */
  void allAdopted() {
    Map<Long, LockMode> before = new HashMap<>();
    for (RangesOfProcess.Range range : RangesOfProcess.ofDescription(ranges.number())) {
      before.put(range.start(), range.shared() ? LockMode.SHARED : LockMode.EXCLUSIVE);
    }
    for (long position : List.copyOf(holds.keySet())) {
      if (before.remove(position) != mode(position) && !settles(position)) {
        missing.add(position);
      }
    }
    before.keySet().forEach(this::settles);
    if (!missing.isEmpty()) {
      log.warn("Somebody without a daemon has " + missing.size() + " names beside their holders");
      lookForMissing();
    }
  }

  private void lookForMissing() {
    if (!missing.isEmpty()) {
      loop.after(
          LOOK_AGAIN_MS,
          () -> {
            missing.removeIf(this::settles);
            lookForMissing();
          });
    }
  }
}
