package dev.dibs.daemon.memory;

import dev.dibs.host.ProcessStat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds processes in no claim that keep a processor busy: over two marks in a row, some seconds
 * apart, so that a short burst is none. One thread uses it.
 *
 * <p>Known gap: many short processes, as of a make beside dibs, are each too short to be one.
 */
final class Burners {

  /** How much of a processor it takes to be one, and to remain one. */
  private static final double BEGIN_CPUS = 0.75;

  private static final double REMAIN_CPUS = 0.4;

  private record Mark(long startTicks, long ticks, boolean hot) {
    private static Mark first(ProcessStat process) {
      return new Mark(process.startTicks(), process.cpuTicks(), false);
    }
  }

  private final int self;
  private final long markEveryMs;
  private Map<Integer, Mark> marks = Map.of();
  private long markedMs;
  private List<Burner> found = List.of();

  /**
   * @param self our own process, which is none
   * @param markEveryMs least time between two marks, ms
   */
  Burners(int self, long markEveryMs) {
    this.self = self;
    this.markEveryMs = markEveryMs;
  }

  /**
   * Those there are now.
   *
   * @param outside all processes in no claim
   */
  List<Burner> among(List<ProcessStat> outside, long nowMs) {
    if (marks.isEmpty() || nowMs - markedMs >= markEveryMs) {
      mark(outside, nowMs);
    }
    return found;
  }

  private void mark(List<ProcessStat> outside, long nowMs) {
    Map<Integer, Mark> now = new HashMap<>();
    List<Burner> burners = new ArrayList<>();
    for (ProcessStat process : outside) {
      Mark before = marks.get(process.pid());
      Mark last =
          before == null || before.startTicks != process.startTicks()
              ? Mark.first(process)
              : before;
      double cpus = cpus(process.cpuTicks() - last.ticks, nowMs - markedMs);
      boolean hot = cpus >= (last.hot ? REMAIN_CPUS : BEGIN_CPUS);
      now.put(process.pid(), new Mark(process.startTicks(), process.cpuTicks(), hot));
      if (hot && last.hot && process.pid() != self) {
        burners.add(new Burner(process.pid(), process.name(), cpus));
      }
    }
    marks = now;
    markedMs = nowMs;
    found = burners;
  }

  private static double cpus(long ticks, long ms) {
    return ms <= 0 ? 0 : (double) ticks * ProcessStat.TICK_MS / ms;
  }
}
