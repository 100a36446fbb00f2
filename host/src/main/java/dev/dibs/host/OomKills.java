package dev.dibs.host;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * How many processes the kernel has killed because memory ran out, for any reason: on the machine
 * or in a cgroup, ours or not.
 */
public final class OomKills {

  private static final int FILE_BYTES_MAX = 64 * 1024;

  private OomKills() {}

  /** Since boot; empty before Linux 4.13. */
  public static OptionalLong count() throws OsException {
    return KernelFile.read("/proc/vmstat", FILE_BYTES_MAX)
        .map(content -> new String(content, StandardCharsets.ISO_8859_1))
        .map(text -> Cgroup.field(text, "oom_kill"))
        .orElse(OptionalLong.empty());
  }
}
