package dev.dibs.testkit.memory;

import java.util.Comparator;
import java.util.List;

/**
 * One pool; under pressure the newest job is killed and done again later, one at a time, and
 * nothing starts meanwhile. The oldest goes on in any case.
 */
final class KillNewest implements Policy {

  private static final double HIGH = 0.94;
  private static final double LOW = 0.85;
  private static final int PAUSE_MS = 3_000;

  private boolean falling;
  private long changedAtMs;
  private int flips;

  @Override
  public void act(Machine machine) {
    double used = (double) machine.usedMib() / machine.memoryMib;
    List<Job> running = machine.running();
    if (used > HIGH) {
      change(true, machine);
      if (running.size() > 1) {
        machine.kill(running.stream().max(Comparator.comparingLong(job -> job.sinceMs)).get());
      }
    } else if (used < LOW && machine.nowMs - changedAtMs >= PAUSE_MS) {
      change(false, machine);
    }
    int free = machine.cores - machine.running().size();
    while (free-- > 0 && (!falling || machine.running().isEmpty())) {
      OnePool.poorest(machine).ifPresent(build -> machine.start(build.ready().getFirst()));
    }
  }

  private void change(boolean to, Machine machine) {
    if (falling != to) {
      flips++;
    }
    if (falling != to || to) {
      changedAtMs = machine.nowMs;
    }
    falling = to;
  }

  @Override
  public void ended(Machine machine, Job job, End how) {
    // What was killed is to be done again; it is ready.
  }

  @Override
  public int flips() {
    return flips;
  }
}
