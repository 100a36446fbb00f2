package dev.dibs.daemon;

import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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

  private final List<ProcessStat> all;
  private final Map<Integer, String> runNames = new HashMap<>();

  private RunProcesses(List<ProcessStat> all) {
    this.all = all;
  }

  /** What runs now. */
  static RunProcesses now() throws OsException {
    List<ProcessStat> all = new ArrayList<>();
    for (int pid : Proc.pids()) {
      Proc.stat(pid).filter(stat -> !stat.isOver()).ifPresent(all::add);
    }
    return new RunProcesses(all);
  }

  /** Those of one run, parents before children as far as their numbers tell. */
  List<ProcessStat> of(Claimant run) {
    Set<Integer> members = new HashSet<>();
    for (ProcessStat process : all) {
      if (process.pid() == run.pid() || names(process.pid(), run.name())) {
        members.add(process.pid());
      }
    }
    addDescendants(members);
    return all.stream().filter(process -> members.contains(process.pid())).toList();
  }

  private void addDescendants(Set<Integer> members) {
    boolean grown = true;
    while (grown) {
      grown = false;
      for (ProcessStat process : all) {
        grown |= members.contains(process.parent()) && members.add(process.pid());
      }
    }
  }

  /** Whether anybody says that it is in the run of this name. */
  boolean anybodyIn(String run) {
    return all.stream().anyMatch(process -> names(process.pid(), run));
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
