package dev.dibs.daemon.status;

import java.util.Locale;

/** Amounts of memory, for people. */
final class Sizes {

  private static final double MIB_IN_GIB = 1024;

  private Sizes() {}

  /** Such as {@code 353 MiB} or {@code 22.6 GiB}. */
  static String ofMib(long mib) {
    return Math.abs(mib) < MIB_IN_GIB
        ? mib + " MiB"
        : String.format(Locale.ROOT, "%.1f GiB", mib / MIB_IN_GIB);
  }
}
