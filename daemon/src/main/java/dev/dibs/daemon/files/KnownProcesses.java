package dev.dibs.daemon.files;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Epoll;
import dev.dibs.host.Lineage;
import dev.dibs.host.OsException;
import dev.dibs.host.Pidfd;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import dev.dibs.host.fuse.Caller;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The processes behind requests, and the runs that they are in. A process is looked at once, when
 * it is seen first: which run its environment names, else which run the nearest known process above
 * it is in; and who is above it, for its tokens may come to belong to those. For the loop's thread
 * only.
 */
final class KnownProcesses {

  private static final String RUN_VARIABLE = "DIBS_RUN";

  /** Finds the tokens of runs. */
  interface Runs {
    @Nullable RunTokens named(String name);

    /** Of the run whose root has that number. */
    @Nullable RunTokens rooted(int pid);
  }

  private final Runs runs;
  private final EventLoop loop;
  private final Log log;
  private final Map<Integer, KnownProcess> byPid = new HashMap<>();
  private long clients;

  KnownProcesses(Runs runs, EventLoop loop, Log log) {
    this.runs = runs;
    this.loop = loop;
    this.log = log;
  }

  /**
   * The process behind a request that is not answered yet; null if it is in no run, or outside of
   * our pid namespace.
   */
  @Nullable KnownProcess of(int thread) throws IOException {
    KnownProcess known = byPid.get(thread); // the first thread of a process has its number
    if (known != null && !known.hasEnded()) {
      return known;
    }
    Optional<Caller> caller = Caller.of(thread);
    if (caller.isEmpty()) {
      return null;
    }
    known = living(caller.get().pid());
    return known != null ? known : meet(caller.get());
  }

  private @Nullable KnownProcess living(int pid) throws OsException {
    KnownProcess known = byPid.get(pid);
    return known == null || known.hasEnded() ? null : known;
  }

  private @Nullable KnownProcess meet(Caller caller) throws IOException {
    RunTokens own = runs.rooted(caller.pid());
    if (own != null) {
      return join(caller.pid(), own, null);
    }
    RunTokens named = named(caller.pid());
    KnownProcess parent = parent(caller.parent(), named);
    RunTokens run = named != null || parent == null ? named : parent.run;
    return run == null ? null : join(caller.pid(), run, parent);
  }

  private @Nullable RunTokens named(int pid) throws OsException {
    return Proc.environment(pid)
        .flatMap(environment -> environment.get(RUN_VARIABLE))
        .map(runs::named)
        .orElse(null);
  }

  /**
   * The process of that number as one of a run, with all that are between it and one that is known
   * or the run's root; or, if none of those is above it, with those that say that they are in the
   * run.
   *
   * @param wanted the run that it must be in; null for any
   */
  private @Nullable KnownProcess parent(int pid, @Nullable RunTokens wanted) throws IOException {
    Deque<Integer> between = new ArrayDeque<>();
    KnownProcess known = null;
    Lineage way = Lineage.from(pid);
    while (known == null && way.isAtProcess()) {
      known = known(way.pid());
      if (known == null) {
        between.push(way.pid());
        way.climb();
      }
    }
    if (known == null) {
      return wanted == null ? null : joinAll(saying(wanted, between), wanted, null);
    }
    return wanted == null || known.run == wanted ? joinAll(between, known.run, known) : null;
  }

  /** The lowest of these, from above down, that say that they are in a run. */
  private Deque<Integer> saying(RunTokens run, Deque<Integer> pids) throws OsException {
    Deque<Integer> all = new ArrayDeque<>();
    while (!pids.isEmpty() && named(pids.peekLast()) == run) {
      all.push(pids.removeLast());
    }
    return all;
  }

  private @Nullable KnownProcess joinAll(
      Deque<Integer> pids, RunTokens run, @Nullable KnownProcess top) throws IOException {
    KnownProcess lowest = top;
    for (int pid : pids) {
      lowest = join(pid, run, lowest);
      if (lowest == null) {
        return null;
      }
    }
    return lowest;
  }

  private @Nullable KnownProcess known(int pid) throws IOException {
    KnownProcess known = living(pid);
    RunTokens rooted = known == null ? runs.rooted(pid) : null;
    return rooted == null ? known : join(pid, rooted, null);
  }

  /** A process that an earlier daemon knew. */
  @Nullable KnownProcess rejoin(ProcessStat stat, RunTokens run) throws IOException {
    KnownProcess known = known(stat.pid());
    return known != null ? known : join(stat.pid(), run, parent(stat.parent(), run));
  }

  /** Takes hold of a process of a run; null if it has gone. */
  @Nullable KnownProcess join(int pid, RunTokens run, @Nullable KnownProcess parent)
      throws IOException {
    Pidfd held;
    try {
      held = Pidfd.open(pid);
    } catch (OsException gone) {
      return null;
    }
    KnownProcess process = new KnownProcess(++clients, run, parent, held);
    KnownProcess before = byPid.put(pid, process);
    if (before != null) {
      end(before);
    }
    process.watch = loop.watch(held.descriptor(), Epoll.IN, events -> ended(process));
    run.joined(process);
    return process;
  }

  private void ended(KnownProcess process) {
    byPid.remove(process.pid(), process);
    end(process);
  }

  private void end(KnownProcess process) {
    try {
      if (process.watch != null) { // once
        process.run.ended(process);
      }
    } catch (OsException failure) {
      log.warn("How " + process + " ended is not known: " + failure);
    }
    process.close();
  }

  /** Its run is over. */
  void forget(KnownProcess process) {
    byPid.remove(process.pid(), process);
    process.close();
  }
}
