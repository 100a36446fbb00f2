package dev.dibs.host;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine's current run, from power on to power off. */
public final class Boot {

  private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");

  private static final Path UPTIME = Path.of("/proc/uptime");

  private Boot() {}

  /**
   * For how long it has been up, suspended or not, ms; to 1/100 s, as {@link
   * ProcessStat#startTicks}.
   */
  public static long uptimeMs() throws IOException {
    String uptime = Files.readString(UPTIME);
    return new BigDecimal(uptime.substring(0, uptime.indexOf(' '))).movePointRight(3).longValue();
  }

  /** Its name: 36 characters, never used again (random(4)). */
  public static String id() throws IOException {
    return Files.readString(FILE).strip();
  }
}
