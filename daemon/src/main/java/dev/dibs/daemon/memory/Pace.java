package dev.dibs.daemon.memory;

/** How long to wait until the next look, by how soon memory could run out. */
final class Pace {

  /** Far from the limit, ms. */
  static final long RARELY_MS = 2_000;

  /** Far from it, and while all sleep, ms: half of the time for which what was seen is believed. */
  static final long STILL_MS = 5_000;

  /** Near it, ms. */
  static final long OFTEN_MS = 250;

  /** What the job in one slot may grow by in a second, MiB: a compiler takes 100 to 200. */
  private static final long GROWTH_MIB = 256;

  /** Looks in the time in which the room would be filled. */
  private static final long LOOKS = 4;

  private Pace() {}

  /**
   * @param roomMib what may still be taken
   * @param slots how many jobs may grow at once
   */
  static long intervalMs(int roomMib, int slots) {
    long fullAfterMs = roomMib * 1000L / (GROWTH_MIB * Math.max(1, slots));
    return Math.clamp(fullAfterMs / LOOKS, OFTEN_MS, RARELY_MS);
  }
}
