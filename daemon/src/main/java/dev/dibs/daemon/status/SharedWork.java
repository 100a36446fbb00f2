package dev.dibs.daemon.status;

import java.util.List;

/**
 * Work that somebody does for all who asked for it.
 *
 * @param id what the run is called
 * @param key what people call it
 * @param state starting, running or ending
 * @param pid the runner's
 * @param command printable, cut to what people read, as is the directory
 * @param ageMs since when it runs; 0 if it doesn't yet
 * @param waiters those who wait for it, first come first
 */
public record SharedWork(
    String id,
    String key,
    String state,
    int pid,
    String command,
    String directory,
    long ageMs,
    List<Waiter> waiters) {

  /** Most who are listed by name; the number of all is always told. */
  private static final int LISTED_MAX = 100;

  /**
   * Somebody who waits.
   *
   * @param ageMs since when
   */
  public record Waiter(int pid, long ageMs) {}

  /** The first of those who wait. */
  List<Waiter> listed() {
    return waiters.subList(0, Math.min(waiters.size(), LISTED_MAX));
  }
}
