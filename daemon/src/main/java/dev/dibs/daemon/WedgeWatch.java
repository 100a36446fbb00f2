package dev.dibs.daemon;

import dev.dibs.core.PoolView;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds runs on FIFOs that are wedged: tokens are out, every task of the run has been asleep for a
 * while and used no CPU, and somebody outside waits. Then the tokens went with a client that died,
 * or nobody misses them. A client with many threads is not wedged: all of its threads are looked
 * at. A stopped one (SIGSTOP) is not either, for it does not sleep, nor is one that its cgroup
 * froze.
 *
 * <p>Looks only while the pool is all taken and tokens are out.
 */
final class WedgeWatch {

  private static final long LOOK_EVERY_MS = 2_000;
  private static final int QUIET_LOOKS = 6;

  /** How a run looked the last times. */
  private static final class Quiet {
    private final Activity activity = new Activity();
    private int looks;
  }

  private final Broker broker;
  private final Pool pool;
  private final EventLoop loop;
  private final Log log;
  private final Map<Long, Quiet> quiets = new HashMap<>();
  private boolean looking;

  WedgeWatch(Broker broker, Pool pool, EventLoop loop, Log log) {
    this.broker = broker;
    this.pool = pool;
    this.loop = loop;
    this.log = log;
  }

  /** Starts to look from time to time, as long as there is any run with tokens. */
  void start() {
    if (!looking) {
      looking = true;
      loop.after(LOOK_EVERY_MS, this::look);
    }
  }

  private void look() {
    looking = false;
    PoolView view = pool.view();
    List<PoolView.PartyView> suspects = suspects(view);
    quiets.keySet().removeIf(id -> suspects.stream().noneMatch(party -> party.id() == id));
    try {
      lookAt(suspects);
    } catch (OsException failure) {
      log.warn("Cannot look for wedged runs: " + failure);
    }
    if (broker.claimants().stream().anyMatch(claimant -> claimant.endpoint() != null)) {
      start();
    }
  }

  private List<PoolView.PartyView> suspects(PoolView view) {
    return isWanted(view)
        ? view.parties().stream()
            .filter(party -> party.issued() > party.unread())
            .filter(party -> !waitsElsewhere(party.id()) && !isExact(party.id()))
            .toList()
        : List.of();
  }

  /**
   * Whether something in the run waits for another pool: it sleeps, and goes on with its tokens.
   */
  private boolean waitsElsewhere(long run) {
    return broker.claimants().stream()
        .filter(claimant -> claimant.run() != null && claimant.run().id() == run)
        .anyMatch(
            claimant -> claimant.pool() != pool && claimant.phase() == Claimant.Phase.WAITING);
  }

  /** Whether it is known who has its tokens: then none is lost, and sleepers are no reason. */
  private boolean isExact(long run) {
    Claimant claimant = broker.claimant(run);
    RunEndpoint endpoint = claimant == null ? null : claimant.endpoint();
    return endpoint != null && endpoint.exact().isPresent();
  }

  private static boolean isWanted(PoolView view) {
    return view.parties().stream().anyMatch(party -> party.waiting() || party.hungry())
        || view.members().stream().anyMatch(PoolView.MemberView::waiting);
  }

  private void lookAt(List<PoolView.PartyView> suspects) throws OsException {
    if (suspects.isEmpty()) {
      return;
    }
    RunProcesses processes = RunProcesses.now();
    for (PoolView.PartyView party : suspects) {
      Claimant run = broker.claimant(party.id());
      if (run != null) {
        lookAt(run, processes.of(run));
      }
    }
  }

  private void lookAt(Claimant run, List<ProcessStat> processes) throws OsException {
    Quiet quiet = quiets.computeIfAbsent(run.id(), id -> new Quiet());
    quiet.looks = quiet.activity.isIdleSinceLastLook(tasks(processes)) ? quiet.looks + 1 : 0;
    if (quiet.looks >= QUIET_LOOKS && !RunProcesses.anyFrozen(processes)) {
      log.info("Run " + run.name() + " is wedged: its tokens are taken back");
      quiets.remove(run.id());
      broker.wedged(run);
    }
  }

  private static List<ProcessStat> tasks(List<ProcessStat> processes) throws OsException {
    List<ProcessStat> tasks = new ArrayList<>();
    for (ProcessStat process : processes) {
      tasks.addAll(Proc.tasks(process.pid()));
    }
    return tasks;
  }
}
