package dev.dibs.testkit;

import dev.dibs.core.Terms;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A process that claims slots as a job, works for a while, and ends. */
final class SimulatedJob implements SimulatedClaim.Asker {

  private final SimulatedWorld world;
  private final int workMs;
  private final Consumer<SimulatedJob> onLeft;
  private @Nullable SimulatedClaim claim;
  private boolean working;
  private boolean gone;

  SimulatedJob(SimulatedWorld world, int workMs, Consumer<SimulatedJob> onLeft) {
    this.world = world;
    this.workMs = workMs;
    this.onLeft = onLeft;
  }

  void ask(Terms terms, @Nullable SimulatedClaim run, boolean belowClient) {
    world.living++;
    claim = world.host.ask(terms, run, belowClient, this);
  }

  /** Perhaps it is killed, before it is granted or after. */
  void mayDie(Dice dice) {
    if (dice.percent(10)) {
      world.agenda.in(dice.below(40), this::kill);
    }
  }

  boolean isWorking() {
    return working;
  }

  @Override
  public void granted(int slots) {
    if (!gone) {
      working = true;
      world.busy(1);
      world.agenda.in(workMs, this::kill);
    }
  }

  @Override
  public void refused() {
    if (!gone) {
      left();
    }
  }

  /** It ends, by itself or by a signal: to everybody else that is the same. */
  void kill() {
    if (!gone && claim != null) {
      world.host.died(claim);
      left();
    }
  }

  private void left() {
    gone = true;
    world.living--;
    if (working) {
      working = false;
      world.busy(-1);
    }
    onLeft.accept(this);
  }
}
