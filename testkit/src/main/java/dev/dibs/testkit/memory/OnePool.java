package dev.dibs.testkit.memory;

import java.util.Comparator;
import java.util.Optional;

/** One pool of slots for all builds, served in turn, and perhaps a gate: a least of free memory. */
final class OnePool implements Policy {

  private final int gateMib;

  /** With a gate of so many MiB; 0: none. */
  OnePool(int gateMib) {
    this.gateMib = gateMib;
  }

  @Override
  public void act(Machine machine) {
    int free = machine.cores - machine.running().size();
    while (free-- > 0 && isOpen(machine)) {
      Optional<Build> poorest = poorest(machine);
      if (poorest.isEmpty()) {
        return;
      }
      machine.start(poorest.get().ready().getFirst());
    }
  }

  private boolean isOpen(Machine machine) {
    return gateMib == 0 || machine.roomMib() >= gateMib || machine.running().isEmpty();
  }

  static Optional<Build> poorest(Machine machine) {
    return machine.builds.stream()
        .filter(build -> !build.ready().isEmpty())
        .min(Comparator.comparingLong(build -> build.count(Job.State.RUNNING)));
  }

  @Override
  public void ended(Machine machine, Job job, End how) {
    if (how != End.DONE) {
      machine.fail(job.build);
    }
  }
}
