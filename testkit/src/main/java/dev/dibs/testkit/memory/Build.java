package dev.dibs.testkit.memory;

import java.util.ArrayList;
import java.util.List;

/** Jobs in phases: those of a phase begin when all of the one before are done. For one thread. */
public final class Build {

  final int number;

  /** How many jobs its user lets it run at once. */
  final int width;

  private final List<List<Job>> phases = new ArrayList<>();
  boolean failed;
  long endedAtMs = -1;

  Build(int number, int width) {
    this.number = number;
    this.width = width;
  }

  void add(List<Job> phase) {
    phases.add(phase);
  }

  List<Job> jobs() {
    return phases.stream().flatMap(List::stream).toList();
  }

  List<List<Job>> phases() {
    return phases;
  }

  boolean isOver() {
    return endedAtMs >= 0;
  }

  /** Jobs that could be started. */
  List<Job> ready() {
    if (isOver()) {
      return List.of();
    }
    for (List<Job> phase : phases) {
      if (phase.stream().anyMatch(job -> job.state != Job.State.DONE)) {
        return phase.stream().filter(job -> job.state == Job.State.TODO).toList();
      }
    }
    return List.of();
  }

  long count(Job.State state) {
    return phases.stream().flatMap(List::stream).filter(job -> job.state == state).count();
  }
}
