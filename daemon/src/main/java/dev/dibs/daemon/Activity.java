package dev.dibs.daemon;

import dev.dibs.host.ProcessStat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Whether a group of processes did anything between two looks. */
final class Activity {

  private Map<Integer, Long> ticksBefore = Map.of();
  private boolean looked;

  /**
   * Whether all of them sleep now, the same ones as at the last look, and none has used a clock
   * tick of CPU since. The first look says no.
   */
  boolean isIdleSinceLastLook(List<ProcessStat> processes) {
    Map<Integer, Long> ticks =
        processes.stream().collect(Collectors.toMap(ProcessStat::pid, ProcessStat::cpuTicks));
    boolean idle =
        looked && ticks.equals(ticksBefore) && processes.stream().allMatch(ProcessStat::isAsleep);
    ticksBefore = ticks;
    looked = true;
    return idle;
  }
}
