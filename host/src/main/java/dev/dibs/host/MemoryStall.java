package dev.dibs.host;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * For how long nothing could go on for want of memory: the line {@code full} of pressure stall
 * information, on the whole machine or in the cgroups of v2 around a process. Its total is read,
 * and differences of it taken: the averages beside it lag by ten seconds and more.
 */
public final class MemoryStall {

  private static final String MACHINE = "/proc/pressure/memory";
  private static final int FILE_BYTES_MAX = 4096;

  private MemoryStall() {}

  /**
   * Microseconds since boot on the whole machine; empty where the kernel does not count (built
   * without it, {@code psi=0}, WSL 2).
   */
  public static OptionalLong onMachineUs() throws OsException {
    return KernelFile.read(MACHINE, FILE_BYTES_MAX)
        .map(content -> totalUs(new String(content, StandardCharsets.ISO_8859_1)))
        .orElse(OptionalLong.empty());
  }

  static OptionalLong totalUs(String text) {
    for (String line : text.split("\n", -1)) {
      int total = line.lastIndexOf(" total=");
      if (line.startsWith("full ") && total > 0) {
        return Cgroup.parse(line.substring(total + " total=".length()).strip());
      }
    }
    return OptionalLong.empty();
  }
}
