package dev.dibs.daemon.learned;

import dev.dibs.host.OsException;
import dev.dibs.host.Pidfd;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import dev.dibs.host.ProcessTable;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How many CPUs a process and all below it keep busy. A child that ended counts with its parent,
 * once that has waited for it; what left the tree does not count any more. Not safe for threads.
 */
public final class CpuMeter implements AutoCloseable {

  /** Runs of less say nothing. */
  private static final long RUN_MS_MIN = 1_000;

  private final int pid;
  private final Pidfd root;
  private final long sinceMs;
  private long usedMs;
  private long lookedMs;

  /**
   * Measures from now on.
   *
   * @throws OsException if the process has gone
   */
  public CpuMeter(int pid, long nowMs) throws OsException {
    this.pid = pid;
    this.root = Pidfd.open(pid);
    this.sinceMs = nowMs;
    this.lookedMs = nowMs;
  }

  /** Looks at the whole tree; reads the table of all processes. */
  public void look(long nowMs) throws OsException {
    ProcessTable table = ProcessTable.read();
    Optional<ProcessStat> top = table.find(pid);
    if (top.isPresent() && !root.exited()) {
      long ticks = table.descendants(pid).stream().mapToLong(CpuMeter::ticks).sum();
      note(ticks + ticks(top.get()), nowMs);
    }
  }

  /**
   * What it kept busy from beginning to end, above 0; empty if it was killed, or too short to tell.
   * Where its parent was faster than we, what the last look saw counts.
   */
  public OptionalDouble end(long nowMs) throws OsException {
    boolean killed = root.killed(false);
    Optional<ProcessStat> zombie = Proc.stat(pid).filter(ProcessStat::isOver);
    if (zombie.isPresent() && root.signal(0)) {
      note(ticks(zombie.get()), nowMs);
    }
    long wallMs = lookedMs - sinceMs;
    return killed || nowMs - sinceMs < RUN_MS_MIN || wallMs < RUN_MS_MIN / 2
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) Math.max(usedMs, ProcessStat.TICK_MS) / wallMs);
  }

  private void note(long ticks, long nowMs) {
    usedMs = Math.max(usedMs, ticks * ProcessStat.TICK_MS);
    lookedMs = nowMs;
  }

  private static long ticks(ProcessStat process) {
    return process.cpuTicks() + process.endedTicks();
  }

  @Override
  public void close() {
    root.close();
  }
}
