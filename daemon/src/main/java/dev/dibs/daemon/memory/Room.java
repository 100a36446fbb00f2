package dev.dibs.daemon.memory;

/**
 * How much memory there is for builds.
 *
 * @param budgetMib what they may have in use together, if nobody else took more: MiB
 * @param roomMib what of it may still be taken; negative if more is in use
 * @param bound what sets it, for people
 */
public record Room(int budgetMib, int roomMib, String bound) {

  /** What is in use of it, by builds or by others. */
  public int usedMib() {
    return budgetMib - roomMib;
  }
}
