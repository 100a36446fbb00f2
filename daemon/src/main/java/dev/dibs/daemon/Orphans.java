package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.loop.TimerQueue;
import dev.dibs.host.OsException;
import dev.dibs.host.ProcessStat;
import java.io.IOException;
import java.util.List;

/**
 * Nested runs whose root was killed. Such a run keeps its slot for what its root left behind and is
 * at work. It has no life FIFO of its own to tell when the last one is gone, so the table of
 * processes is read, and again when the first one found ends, until there is none. If they are
 * idle, the slot is free.
 *
 * <p>A nested run that ended by itself has waited for what it started, or wants it to go on without
 * it; then nobody looks, for reading the table takes milliseconds.
 */
final class Orphans {

  private static final long LOOK_AT_ALL_EVERY_MS = 1_000;

  private final Broker broker;
  private final EventLoop loop;
  private final Log log;

  Orphans(Broker broker, EventLoop loop, Log log) {
    this.broker = broker;
    this.loop = loop;
    this.log = log;
  }

  /** Ends the nested run when nothing of it is left, which may be now. */
  void rootKilled(Claimant run) {
    look(run, new Activity(), false);
  }

  /**
   * @param rested whether some time has passed since the last look of this kind, so that who is
   *     idle can be told from who just sleeps
   */
  private void look(Claimant run, Activity activity, boolean rested) {
    if (broker.claimant(run.id()) == null) {
      return;
    }
    try {
      List<ProcessStat> left = RunProcesses.now().of(run);
      if (left.isEmpty()) {
        broker.end(run);
        return;
      }
      if (rested && activity.isIdleSinceLastLook(left) && !RunProcesses.anyFrozen(left)) {
        broker.rootIdle(run);
      }
      waitFor(run, left.getFirst().pid(), activity);
    } catch (OsException failure) {
      log.warn("Cannot look for what is left of " + run.name() + ": " + failure);
      broker.end(run);
    }
  }

  /** Looks again when one of them ends, and after a while. */
  private void waitFor(Claimant run, int pid, Activity activity) {
    try {
      HeldProcess one = new HeldProcess(pid);
      TimerQueue.Timer timer =
          loop.after(
              LOOK_AT_ALL_EVERY_MS,
              () -> {
                one.close();
                look(run, activity, true);
              });
      one.watchEnd(
          loop,
          () -> {
            timer.cancel();
            one.close();
            look(run, activity, false);
          });
    } catch (IOException goneAlready) {
      loop.after(0, () -> look(run, activity, false));
    }
  }
}
