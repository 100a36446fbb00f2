package dev.dibs.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine's current run, from power on to power off. */
public final class Boot {

  private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");

  private Boot() {}

  /** Its name: 36 characters, never used again (random(4)). */
  public static String id() throws IOException {
    return Files.readString(FILE).strip();
  }
}
