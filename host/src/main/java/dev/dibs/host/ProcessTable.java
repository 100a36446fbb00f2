package dev.dibs.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All processes that we can see, as they were when the table was made. The kernel gives them one by
 * one, so a process that was born or died meanwhile may be missing, and a tree may have gaps: who
 * needs certainty looks twice.
 */
public final class ProcessTable {

  private final Map<Integer, ProcessStat> byPid = new LinkedHashMap<>();
  private final Map<Integer, List<ProcessStat>> byParent = new HashMap<>();

  private ProcessTable(Collection<ProcessStat> processes) {
    for (ProcessStat process : processes) {
      byPid.put(process.pid(), process);
      byParent.computeIfAbsent(process.parent(), parent -> new ArrayList<>()).add(process);
    }
  }

  /** Reads the table; some 10 µs for each process. */
  public static ProcessTable read() throws OsException {
    List<ProcessStat> processes = new ArrayList<>();
    for (int pid : Proc.pids()) {
      Proc.stat(pid).ifPresent(processes::add);
    }
    return of(processes);
  }

  /** A table of these. */
  static ProcessTable of(Collection<ProcessStat> processes) {
    return new ProcessTable(processes);
  }

  /** All of them, zombies as well. */
  public Collection<ProcessStat> all() {
    return byPid.values();
  }

  /** The process of that number. */
  public Optional<ProcessStat> find(int pid) {
    return Optional.ofNullable(byPid.get(pid));
  }

  /**
   * What a process started and what that started, without itself, each after its parent. A process
   * whose parent has died belongs to init or a subreaper, so it is not among them.
   */
  public List<ProcessStat> descendants(int root) {
    List<ProcessStat> found = new ArrayList<>(childrenOf(root));
    // A number that was given again while the table was read could close a circle.
    Set<Integer> seen = new HashSet<>(Set.of(root));
    for (int i = 0; i < found.size(); i++) {
      int pid = found.get(i).pid();
      if (seen.add(pid)) {
        found.addAll(childrenOf(pid));
      }
    }
    return found.stream().filter(process -> process.pid() != root).distinct().toList();
  }

  private List<ProcessStat> childrenOf(int pid) {
    return byParent.getOrDefault(pid, List.of());
  }
}
