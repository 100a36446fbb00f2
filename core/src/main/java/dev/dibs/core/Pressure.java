package dev.dibs.core;

/**
 * Whether the machine suffers for want of memory, judged by two signs together: that nothing could
 * go on (the kernel's {@code full} pressure), and that little memory is left. Either alone
 * misleads: a disk that is slow to read programs from stalls all, and memory that is all in use may
 * be well used.
 *
 * <pre>
 *   RISING --both signs--> FALLING (nothing starts; the newest that can be repeated may be killed)
 *     ^                       |
 *     +--no sign for a while--+          no two changes within {@value #FLIP_AFTER_MS} ms
 * </pre>
 */
final class Pressure {

  static final int STALLED_PERMILLE = 100;
  static final int CALM_PERMILLE = 50;
  static final int LITTLE_PERCENT = 8;

  /** What counts as little where the kernel tells nothing of pressure. */
  static final int HARDLY_ANY_PERCENT = 3;

  static final long FLIP_AFTER_MS = 5_000;
  static final long KILL_AFTER_MS = 1_000;

  private boolean falling;
  private boolean acute;
  private long changedAtMs;
  private long calmSinceMs;
  private long killedAtMs;
  private boolean begun;

  void see(Event.MemorySeen event, long budgetMib) {
    if (!begun) {
      begun = true;
      changedAtMs = event.nowMs() - FLIP_AFTER_MS;
      killedAtMs = event.nowMs() - KILL_AFTER_MS;
    }
    acute = isAcute(event, budgetMib);
    if (acute || !isCalm(event, budgetMib)) {
      calmSinceMs = event.nowMs();
    }
    boolean change = falling ? event.nowMs() - calmSinceMs >= FLIP_AFTER_MS : acute;
    if (change && event.nowMs() - changedAtMs >= FLIP_AFTER_MS) {
      falling = !falling;
      changedAtMs = event.nowMs();
    }
  }

  private static boolean isAcute(Event.MemorySeen event, long budgetMib) {
    boolean stalled = event.fullPermille() >= STALLED_PERMILLE;
    return event.fullPermille() < 0
        ? isLess(event.roomMib(), HARDLY_ANY_PERCENT, budgetMib)
        : stalled && isLess(event.roomMib(), LITTLE_PERCENT, budgetMib);
  }

  private static boolean isCalm(Event.MemorySeen event, long budgetMib) {
    return event.fullPermille() < CALM_PERMILLE
        && !isLess(event.roomMib(), HARDLY_ANY_PERCENT, budgetMib);
  }

  /** What must come free until what is left is no longer little, MiB. */
  static long lackMib(long roomMib, long budgetMib) {
    return budgetMib * LITTLE_PERCENT / 100 - roomMib;
  }

  private static boolean isLess(long mib, int percent, long ofMib) {
    return mib * 100 < ofMib * percent;
  }

  /** Whether nothing new is to start. */
  boolean isFalling() {
    return falling;
  }

  /** Whether somebody must go now. */
  boolean wantsVictim(long nowMs) {
    return falling && acute && nowMs - killedAtMs >= KILL_AFTER_MS;
  }

  void killed(long nowMs) {
    killedAtMs = nowMs;
  }
}
