package dev.dibs.daemon.memory;

import dev.dibs.host.OsException;
import dev.dibs.host.Pidfd;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that one claim's holder started, and what is in claims inside it, to be killed. Parents come
 * before their children: who sees a child killed would say so, and might start another. One thread
 * uses it at a time.
 */
final class Tree {

  private static final int SIGKILL = 9;

  private final Watched root;
  private final Map<Integer, Long> killed = new HashMap<>();

  Tree(Watched root) {
    this.root = root;
  }

  /**
   * Kills those that are there now.
   *
   * @param processes all of them, by claim
   * @return how many were there; those of before that have not ended yet included
   */
  int kill(Map<Long, List<ProcessStat>> processes) throws OsException {
    List<ProcessStat> victims = victims(processes);
    for (ProcessStat victim : victims) {
      kill(victim);
      killed.put(victim.pid(), victim.startTicks());
    }
    return victims.size();
  }

  private List<ProcessStat> victims(Map<Long, List<ProcessStat>> processes) {
    Map<Integer, List<ProcessStat>> children = new HashMap<>();
    List<ProcessStat> known = new ArrayList<>();
    for (List<ProcessStat> ofClaim : processes.values()) {
      for (ProcessStat process : ofClaim) {
        children.computeIfAbsent(process.parent(), parent -> new ArrayList<>()).add(process);
        if (isKnown(process)) {
          known.add(process);
        }
      }
    }
    List<ProcessStat> started = children.getOrDefault(root.pid(), List.of());
    Set<Integer> spared = new HashSet<>(Set.of(root.pid()));
    if (!killed.isEmpty()) {
      // What the holder has started since is what it does about the death of its job.
      List<ProcessStat> since = started.stream().filter(process -> !isKnown(process)).toList();
      withDescendants(since, children, spared);
    }
    List<ProcessStat> tops = new ArrayList<>(started);
    tops.addAll(known);
    tops.addAll(processes.getOrDefault(root.claim(), List.of()));
    return withDescendants(tops, children, spared);
  }

  private boolean isKnown(ProcessStat process) {
    Long startTicks = killed.get(process.pid());
    return startTicks != null && startTicks == process.startTicks();
  }

  /** These and all below them, but none that was seen before; from now on they were. */
  private static List<ProcessStat> withDescendants(
      Collection<ProcessStat> tops, Map<Integer, List<ProcessStat>> children, Set<Integer> seen) {
    List<ProcessStat> found = new ArrayList<>(tops);
    List<ProcessStat> fresh = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      if (seen.add(found.get(i).pid())) {
        fresh.add(found.get(i));
        found.addAll(children.getOrDefault(found.get(i).pid(), List.of()));
      }
    }
    return fresh;
  }

  private static void kill(ProcessStat victim) throws OsException {
    try (Pidfd process = Pidfd.open(victim.pid())) {
      if (Proc.stat(victim.pid()).filter(victim::isSameProcessAs).isPresent()) {
        process.signal(SIGKILL);
      }
    } catch (OsException gone) {
      if (Proc.stat(victim.pid()).filter(victim::isSameProcessAs).isPresent()) {
        throw gone; // not ours to kill
      }
    }
  }
}
