package dev.dibs.daemon;

import dev.dibs.core.history.Ending;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * What it means to a claim that its process ended: it is over, or what a run's root left behind
 * lives on in it. For the loop's thread only.
 */
final class ProcessEnds {

  private final EventLoop loop;
  private final Consumer<Claimant> rootEnded;
  private final Consumer<Claimant> over;
  private final Log log;

  /**
   * @param rootEnded told of runs whose root ended and which live on
   * @param over told of claims that are over, perhaps twice
   */
  ProcessEnds(EventLoop loop, Consumer<Claimant> rootEnded, Consumer<Claimant> over, Log log) {
    this.loop = loop;
    this.rootEnded = rootEnded;
    this.over = over;
    this.log = log;
  }

  /** Sees to the end of a claim's present holder. */
  void watch(Claimant claimant) throws IOException {
    claimant.holder().watchEnd(loop, () -> holderEnded(claimant));
  }

  /** As {@link #watch}, of a holder that may have ended before anybody looked. */
  void watchOrEnd(Claimant claimant) throws IOException {
    if (claimant.holder().hasEnded()) {
      holderEnded(claimant);
    } else {
      watch(claimant);
    }
  }

  private void holderEnded(Claimant claimant) {
    claimant.holderEnded(endingOf(claimant));
    if (claimant.phase() == Claimant.Phase.HOLDING
        && claimant.holder().leavesRemnants()
        && (claimant.endpoint() != null || mayHaveOrphans(claimant))) {
      claimant.rootEnded();
      rootEnded.accept(claimant);
    } else {
      over.accept(claimant);
    }
  }

  /**
   * Nobody holds the run's life FIFO: it is over if its root is gone, else the FIFO tells nothing
   * from now on. When the last process ends, this may be told before its own death is.
   */
  void lifeEnded(Claimant run) throws IOException {
    if (!run.lifeLost(loop.nowMs()) && run.holder().hasEnded()) {
      run.holderEnded(endingOf(run));
      over.accept(run);
    } else {
      run.lifeEnded(loop.nowMs());
    }
  }

  private Ending endingOf(Claimant claimant) {
    try {
      return claimant.holder().ending();
    } catch (IOException failure) {
      warn(claimant, failure);
      return Ending.UNKNOWN;
    }
  }

  /** Whether a nested run's root was killed, and not only ended. */
  private boolean mayHaveOrphans(Claimant claimant) {
    try {
      return claimant.isRun() && claimant.run() != null && claimant.holder().mayHaveBeenKilled();
    } catch (IOException failure) {
      warn(claimant, failure);
      return false;
    }
  }

  private void warn(Claimant claimant, IOException failure) {
    log.warn("How " + claimant.name() + " ended can't be seen: " + failure);
  }
}
