package dev.dibs.daemon.memory;

import dev.dibs.host.OsException;
import dev.dibs.host.ProcessStat;
import java.util.OptionalLong;

/**
 * Whether anybody in the machine can have done anything worth a look. One number of the kernel's
 * says so, where to look at each process takes a hundred times as long. One thread uses it.
 */
final class Stillness {

  /** Tells for how many ticks the processors have worked. */
  interface Clock {
    OptionalLong busyTicks() throws OsException;
  }

  /** Of one processor; what a machine does that does nothing. */
  private static final double CPUS_MAX = 0.05;

  private final Clock processors;
  private OptionalLong ticks = OptionalLong.empty();
  private long askedMs;

  Stillness(Clock processors) {
    this.processors = processors;
  }

  /** Whether next to nothing was done since it was asked last. */
  boolean lasts(long nowMs) throws OsException {
    OptionalLong now = processors.busyTicks();
    boolean lasts =
        now.isPresent()
            && ticks.isPresent()
            && (now.getAsLong() - ticks.getAsLong()) * ProcessStat.TICK_MS
                <= CPUS_MAX * (nowMs - askedMs);
    ticks = now;
    askedMs = nowMs;
    return lasts;
  }
}
