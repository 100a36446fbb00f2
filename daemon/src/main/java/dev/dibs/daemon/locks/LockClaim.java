package dev.dibs.daemon.locks;

import dev.dibs.core.locks.LockMode;
import dev.dibs.daemon.loop.TimerQueue;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A claim as the outside knows it. The core knows only its number and its names.
 *
 * <pre>
 *   WAITING --granted by the core--&gt; TAKING --all names--&gt; OWED --the slot; recorded--&gt; HELD
 *      ^---somebody outside has it------'
 * </pre>
 */
final class LockClaim {

  /** Where it stands. */
  enum Phase {
    WAITING,
    /** Nobody else has its names here; those outside are being kept out, name by name. */
    TAKING,
    /** Its names and the bytes of the lock file are its own, but not yet the slot that it lent. */
    OWED,
    HELD
  }

  private final long id;
  private final LockHolder holder;
  private final LockWish wish;
  private final @Nullable Long within;
  private final long sinceMs;
  private Map<String, LockMode> names;
  private @Nullable String onlyName;
  private Phase phase = Phase.WAITING;
  private @Nullable Taking taking;
  private boolean rootEnded;
  private long fence;
  private long heldSinceEpochMs;
  private TimerQueue.@Nullable Timer deadline;
  private LockRecords.@Nullable Entry entry;

  LockClaim(long id, LockHolder holder, LockWish wish, @Nullable Long within, long nowMs) {
    this.id = id;
    this.holder = holder;
    this.wish = wish;
    this.within = within;
    this.sinceMs = nowMs;
    this.names = wish.names();
    this.onlyName = onlyName(names);
  }

  long id() {
    return id;
  }

  LockHolder holder() {
    return holder;
  }

  LockWish wish() {
    return wish;
  }

  /** The claim below which it was made, or null. */
  @Nullable Long within() {
    return within;
  }

  /** Since when it waits, on the loop's clock. */
  long sinceMs() {
    return sinceMs;
  }

  /** In order. */
  Map<String, LockMode> names() {
    return names;
  }

  /** Its name, if it is one and for itself alone; else null. */
  @Nullable String onlyName() {
    return onlyName;
  }

  private static @Nullable String onlyName(Map<String, LockMode> names) {
    if (names.size() != 1) {
      return null;
    }
    Map.Entry<String, LockMode> name = names.entrySet().iterator().next();
    return name.getValue() == LockMode.EXCLUSIVE ? name.getKey() : null;
  }

  Phase phase() {
    return phase;
  }

  boolean isHeld() {
    return phase == Phase.HELD;
  }

  long fence() {
    return fence;
  }

  /** Since when it is held, ms since 1970. */
  long heldSinceEpochMs() {
    return heldSinceEpochMs;
  }

  /** Whether its process ended while what that started holds on. */
  boolean hasRootEnded() {
    return rootEnded;
  }

  void rootEnded() {
    rootEnded = true;
  }

  /** The core granted it. */
  void takes(Taking names) {
    phase = Phase.TAKING;
    taking = names;
  }

  /** What it is taking now, or null. */
  @Nullable Taking taking() {
    return taking;
  }

  /** It has all its names. */
  void owed() {
    phase = Phase.OWED;
    taking = null;
  }

  /** It is not to be had: somebody has it without the daemon. */
  void displaced() {
    phase = Phase.WAITING;
    taking = null;
  }

  /** It is to be told from now on that it holds. */
  void held(long number, long epochMs) {
    phase = Phase.HELD;
    fence = number;
    heldSinceEpochMs = epochMs;
    cancelDeadline();
  }

  void deadline(TimerQueue.Timer timer) {
    deadline = timer;
  }

  void recorded(LockRecords.@Nullable Entry now) {
    LockRecords.Entry before = entry;
    entry = now;
    if (before != null) {
      before.remove();
    }
  }

  boolean isRecorded() {
    return entry != null;
  }

  void downgraded() {
    Map<String, LockMode> shared = new TreeMap<>(names);
    shared.replaceAll((name, mode) -> LockMode.SHARED);
    names = shared;
    onlyName = null;
  }

  LockRecords.HeldLocks forRecord(String trace) {
    return new LockRecords.HeldLocks(
        id, within, holder.pid(), heldSinceEpochMs, names, fence, trace);
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }

  /** It is over. */
  void close() {
    cancelDeadline();
    recorded(null);
  }
}
