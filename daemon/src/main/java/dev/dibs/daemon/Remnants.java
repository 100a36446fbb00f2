package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Fifo;
import dev.dibs.host.ProcessStat;
import java.io.IOException;
import java.util.List;

/**
 * Runs whose root ended. As long as anybody of a run lives, its tokens stay with it; its first slot
 * stays until what is left is idle, so that a compiler sent to the background still counts, and a
 * daemonised helper does not for hours.
 */
final class Remnants {

  private static final long LOOK_EVERY_MS = 1_000;
  private static final long LOOK_AT_IDLE_EVERY_MS = 5_000;

  private final Broker broker;
  private final EventLoop loop;
  private final Log log;

  Remnants(Broker broker, EventLoop loop, Log log) {
    this.broker = broker;
    this.loop = loop;
    this.log = log;
  }

  /** Ends the run if nothing of it is left, which its life FIFO tells at once; else watches it. */
  void rootEnded(Claimant run) {
    if (lifeTellsEnd(run)) {
      broker.end(run);
    } else {
      look(run, new Activity(), LOOK_EVERY_MS);
    }
  }

  private boolean lifeTellsEnd(Claimant run) {
    try {
      return !run.lifeLost(loop.nowMs()) && endpoint(run).holders() == Fifo.Writers.GONE;
    } catch (IOException failure) {
      log.warn("A life FIFO can't be read: " + failure);
      return false;
    }
  }

  private static RunEndpoint endpoint(Claimant run) {
    RunEndpoint endpoint = run.endpoint();
    if (endpoint == null) {
      throw new IllegalStateException("BUG: a run without endpoint: " + run.name());
    }
    return endpoint;
  }

  private void look(Claimant run, Activity activity, long nextAfterMs) {
    if (broker.claimant(run.id()) == null) {
      return;
    }
    try {
      List<ProcessStat> left = RunProcesses.now().of(run);
      if (left.isEmpty() && endpoint(run).holders() != Fifo.Writers.SOME) {
        broker.end(run);
        return;
      }
      boolean idle = activity.isIdleSinceLastLook(left) && !RunProcesses.anyFrozen(left);
      if (idle) {
        broker.rootIdle(run);
      }
      long afterMs = idle ? LOOK_AT_IDLE_EVERY_MS : nextAfterMs;
      loop.after(afterMs, () -> look(run, activity, nextAfterMs));
    } catch (IOException failure) {
      log.warn("Cannot look at what is left of " + run.name() + ": " + failure);
      broker.end(run);
    }
  }
}
