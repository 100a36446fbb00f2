package dev.dibs.daemon.memory;

import dev.dibs.host.OsException;
import dev.dibs.host.ProcessStat;
import dev.dibs.host.Processors;
import java.util.OptionalLong;

/**
 * Whether anybody in the machine can have done anything worth a look: nobody was born, and who was
 * there did next to nothing. Two numbers of the kernel's say so, where to look at each process
 * takes a hundred times as long. One thread uses it.
 */
final class Stillness {

  /** What the kernel says of the whole machine. */
  interface Machine {
    /** For how many ticks its processors have worked. */
    OptionalLong busyTicks() throws OsException;

    /** The number of the process that was made last. */
    OptionalLong newestPid() throws OsException;
  }

  /** This one. */
  static final Machine THIS_MACHINE =
      new Machine() {
        @Override
        public OptionalLong busyTicks() throws OsException {
          return Processors.busyTicks();
        }

        @Override
        public OptionalLong newestPid() throws OsException {
          return Processors.newestPid();
        }
      };

  /** Of one processor; what a machine does that does nothing. */
  private static final double CPUS_MAX = 0.05;

  private final Machine machine;
  private OptionalLong ticks = OptionalLong.empty();
  private OptionalLong newest = OptionalLong.empty();
  private long askedMs;

  Stillness(Machine machine) {
    this.machine = machine;
  }

  /** Whether next to nothing was done since it was asked last. */
  boolean lasts(long nowMs) throws OsException {
    OptionalLong nowTicks = machine.busyTicks();
    OptionalLong nowNewest = machine.newestPid();
    boolean lasts =
        nowNewest.isPresent()
            && nowNewest.equals(newest)
            && nowTicks.isPresent()
            && ticks.isPresent()
            && (nowTicks.getAsLong() - ticks.getAsLong()) * ProcessStat.TICK_MS
                <= CPUS_MAX * (nowMs - askedMs);
    ticks = nowTicks;
    newest = nowNewest;
    askedMs = nowMs;
    return lasts;
  }
}
