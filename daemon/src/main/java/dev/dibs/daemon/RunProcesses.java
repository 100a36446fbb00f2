package dev.dibs.daemon;

import dev.dibs.host.CgroupFreezer;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import dev.dibs.host.ProcessTable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The processes of a run: the root, whoever has the run's name in its environment, and all below
 * them. Found by reading {@code /proc}, so a process that forks meanwhile may be missed; for what
 * must be exact there are the pidfd and the life FIFO.
 */
final class RunProcesses {

  private static final String RUN_VARIABLE = "DIBS_RUN";

  private final ProcessTable table;
  private final Map<Integer, String> runNames = new HashMap<>();

  private RunProcesses(ProcessTable table) {
    this.table = table;
  }

  /** What runs now. */
  static RunProcesses now() throws OsException {
    return new RunProcesses(ProcessTable.read());
  }

  /** Those of one run that have not ended, in order of their numbers. */
  List<ProcessStat> of(Claimant run) {
    boolean rootLives = run.phase() != Claimant.Phase.LEFTOVER; // else its number may be another's
    Set<ProcessStat> members = new LinkedHashSet<>();
    for (ProcessStat process : table.all()) {
      boolean isRoot = rootLives && process.pid() == run.pid();
      if (isRoot || names(process.pid(), run.name())) {
        members.add(process);
        members.addAll(table.descendants(process.pid()));
      }
    }
    return members.stream()
        .filter(process -> !process.isOver())
        .sorted(Comparator.comparingInt(ProcessStat::pid))
        .toList();
  }

  /** Whether somebody froze one of them, which then sleeps, but is not idle of itself. */
  static boolean anyFrozen(List<ProcessStat> processes) throws OsException {
    CgroupFreezer freezer = CgroupFreezer.find();
    for (ProcessStat process : processes) {
      if (freezer.holds(process.pid())) {
        return true;
      }
    }
    return false;
  }

  /** Whether anybody says that it is in the run of this name. */
  boolean anybodyIn(String run) {
    return table.all().stream().anyMatch(process -> !process.isOver() && names(process.pid(), run));
  }

  private boolean names(int pid, String run) {
    String name = runNames.get(pid);
    if (name == null) {
      name = runName(pid);
      runNames.put(pid, name);
    }
    return name.equals(run) || name.startsWith(run + ClaimIds.MEMBER_MARK);
  }

  /**
   * The run that a process says it is in; empty for none, or if its environment is not ours to
   * read.
   */
  private static String runName(int pid) {
    try {
      Optional<String> name =
          Proc.environment(pid).flatMap(environment -> environment.get(RUN_VARIABLE));
      return name.orElse("");
    } catch (OsException notOurs) {
      return "";
    }
  }
}
