package dev.dibs.daemon.status;

/** Durations for people. */
public final class Ages {

  private static final long SECOND_MS = 1_000;
  private static final long MINUTE_MS = 60 * SECOND_MS;
  private static final long HOUR_MS = 60 * MINUTE_MS;

  private Ages() {}

  /** Such as {@code 12 s}, {@code 3 min} or {@code 2 h 5 min}. */
  public static String of(long ms) {
    if (ms < MINUTE_MS) {
      return ms / SECOND_MS + " s";
    }
    if (ms < HOUR_MS) {
      return ms / MINUTE_MS + " min";
    }
    return ms / HOUR_MS + " h " + ms % HOUR_MS / MINUTE_MS + " min";
  }
}
