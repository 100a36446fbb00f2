package dev.dibs.daemon.status;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Parts of what people are told who wait, whatever they wait for. */
public final class WaitTexts {

  private static final DateTimeFormatter TODAY =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter EARLIER =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private static final double SECOND_MS = 1_000;

  private WaitTexts() {}

  /** How many others wait, to be put behind something; empty if nobody does. */
  public static String others(int count) {
    return switch (count) {
      case 0, -1 -> "";
      case 1 -> ", 1 other waiting";
      default -> ", " + count + " others waiting";
    };
  }

  /** Such as {@code 2} or {@code 0.5}. */
  public static String seconds(long ms) {
    double seconds = ms / SECOND_MS;
    return seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
  }

  /** A time of the clock on the wall, with the day if that is not today. */
  public static String time(long epochMs) {
    ZonedDateTime time = Instant.ofEpochMilli(epochMs).atZone(ZoneId.systemDefault());
    return time.format(
        time.toLocalDate().equals(LocalDate.now(ZoneId.systemDefault())) ? TODAY : EARLIER);
  }
}
