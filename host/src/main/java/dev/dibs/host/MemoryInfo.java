package dev.dibs.host;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The machine's memory, from {@code /proc/meminfo} (proc(5)).
 *
 * @param totalBytes all there is
 * @param availableBytes what may be taken without swapping, as the kernel reckons: what is free,
 *     and most of the caches
 * @param swapFreeBytes what may be swapped out yet
 */
public record MemoryInfo(long totalBytes, long availableBytes, long swapFreeBytes) {

  private static final int FILE_BYTES_MAX = 64 * 1024;
  private static final long KIB = 1024;

  /** As it is now; empty if the kernel doesn't say (before 3.14, or without {@code /proc}). */
  public static Optional<MemoryInfo> now() throws OsException {
    return KernelFile.read("/proc/meminfo", FILE_BYTES_MAX)
        .map(content -> new String(content, StandardCharsets.ISO_8859_1))
        .flatMap(MemoryInfo::parse);
  }

  static Optional<MemoryInfo> parse(String text) {
    long total = bytes(text, "MemTotal:");
    long available = bytes(text, "MemAvailable:");
    return total <= 0 || available < 0
        ? Optional.empty()
        : Optional.of(new MemoryInfo(total, available, Math.max(0, bytes(text, "SwapFree:"))));
  }

  /** A line such as {@code MemFree: 123 kB}; -1 if there is none. */
  private static long bytes(String text, String name) {
    for (String line : text.split("\n", -1)) {
      if (line.startsWith(name)) {
        return Cgroup.parse(line.substring(name.length()).replace("kB", "").strip()).orElse(-1)
            * KIB;
      }
    }
    return -KIB;
  }
}
