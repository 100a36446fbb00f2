package dev.dibs.daemon.locks;

import dev.dibs.core.locks.LockMode;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OfdLocks;
import dev.dibs.host.OsException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * The names that strangers have and that are waited for: by {@link RangeWatch}, at most one for
 * each name and mode, and {@value #WATCHES_MAX} in all; names beyond are looked at now and then.
 */
final class AwaitedNames {

  private static final int WATCHES_MAX = 64;
  private static final long LOOK_AGAIN_MS = 20;
  private static final long NOWHERE = -1;

  private record Wait(long position, LockMode mode) {}

  private final OfdLocks ranges;
  private final OfdLocks turns;
  private final LongConsumer settled;
  private final EventLoop loop;
  private final Log log;
  private final Map<Wait, RangeWatch> watches = new HashMap<>();
  private final Map<Long, Runnable> awaited = new HashMap<>();
  private long arrived = NOWHERE;

  /**
   * @param settled told of a name that was tried, to keep or free what was brought
   */
  AwaitedNames(OfdLocks ranges, OfdLocks turns, LongConsumer settled, EventLoop loop, Log log) {
    this.ranges = ranges;
    this.turns = turns;
    this.settled = settled;
    this.loop = loop;
    this.log = log;
  }

  /** As {@link Ranges#await}. */
  void await(long position, LockMode mode, Runnable free) {
    awaited.put(position, free);
    Wait wait = new Wait(position, mode);
    RangeWatch known = watches.get(wait);
    if (known != null) {
      known.wanted();
      return;
    }
    RangeWatch watch =
        new RangeWatch(
            ranges,
            turns,
            position,
            mode == LockMode.SHARED,
            came -> loop.post(() -> cameBack(wait, came)));
    if (watches.size() < WATCHES_MAX && watch.start()) {
      watches.put(wait, watch);
    } else {
      loop.after(LOOK_AGAIN_MS, () -> free(position));
    }
  }

  private void cameBack(Wait wait, RangeWatch watch) {
    watches.remove(wait);
    if (watch.hasFailed()) {
      loop.after(LOOK_AGAIN_MS, () -> free(wait.position));
      return;
    }
    arrived = wait.position;
    try {
      free(wait.position);
    } finally {
      arrived = NOWHERE;
      settled.accept(wait.position);
    }
  }

  private void free(long position) {
    Runnable told = awaited.remove(position);
    if (told != null) {
      told.run();
    }
  }

  /** Whether a name was waited for at the turnstile, and its time is now. */
  boolean hasArrived(long position) {
    return position == arrived;
  }

  /** Others need not stay behind who wait for it too. */
  void waitNoMore(long position) {
    for (LockMode mode : LockMode.values()) {
      RangeWatch watch = watches.get(new Wait(position, mode));
      try {
        if (watch != null) {
          watch.unwanted();
        }
      } catch (OsException failure) {
        log.warn("Others stay behind one who gave up: " + failure);
      }
    }
  }
}
