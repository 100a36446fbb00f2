package dev.dibs.host;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * What the machine's processors do, from {@code /proc/stat} and {@code /proc/loadavg} (proc(5)).
 */
public final class Processors {

  /** The line that is wanted is the first. */
  private static final int FILE_BYTES_MAX = 1024;

  private static final String ALL = "cpu ";
  private static final int IDLE = 3;

  /** What guests used is in what their hosts did. */
  private static final int COLUMNS = 8;

  private Processors() {}

  /**
   * For how long all of them together worked or waited for a disk since the machine came up, in
   * ticks ({@link ProcessStat#TICK_MS}); empty where the kernel doesn't say.
   */
  public static OptionalLong busyTicks() throws OsException {
    return KernelFile.read("/proc/stat", FILE_BYTES_MAX)
        .map(content -> parse(new String(content, StandardCharsets.ISO_8859_1)))
        .orElse(OptionalLong.empty());
  }

  /**
   * The number of the process or thread that was made last in our pid namespace; empty where the
   * kernel doesn't say.
   */
  public static OptionalLong newestPid() throws OsException {
    return KernelFile.read("/proc/loadavg", FILE_BYTES_MAX)
        .map(content -> new String(content, StandardCharsets.ISO_8859_1).strip())
        .map(text -> Cgroup.parse(text.substring(text.lastIndexOf(' ') + 1)))
        .orElse(OptionalLong.empty());
  }

  static OptionalLong parse(String text) {
    String first = text.lines().findFirst().orElse("");
    if (!first.startsWith(ALL)) {
      return OptionalLong.empty();
    }
    String[] columns = first.substring(ALL.length()).strip().split(" ", -1);
    long busy = 0;
    for (int i = 0; i < Math.min(columns.length, COLUMNS); i++) {
      long ticks = Cgroup.parse(columns[i]).orElse(-1);
      if (ticks < 0) {
        return OptionalLong.empty();
      }
      busy += i == IDLE ? 0 : ticks;
    }
    return OptionalLong.of(busy);
  }
}
