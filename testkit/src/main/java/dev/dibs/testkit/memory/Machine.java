package dev.dibs.testkit.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A machine of so many processors and so much memory, on which jobs run: they share the processors
 * evenly; when hardly any memory is left all of them stall; when there is none the kernel kills the
 * largest. Time goes in steps. For one thread.
 */
public final class Machine {

  /** Length of a step, ms. */
  public static final int STEP_MS = 100;

  private static final double STALLS_FROM = 0.93;
  private static final double STALLED_AT_MOST = 0.8;

  final int cores;
  final int memoryMib;
  final List<Build> builds;
  private final Policy policy;

  /** Memory in use by strangers. */
  int outsideMib;

  long nowMs;
  int kernelKills;
  int kills;
  double wastedMs;
  long longestWaitMs;
  double stall;

  Machine(int cores, int memoryMib, List<Build> builds, Policy policy) {
    this.cores = cores;
    this.memoryMib = memoryMib;
    this.builds = builds;
    this.policy = policy;
  }

  /** One step; false if all builds are over. */
  boolean step() {
    if (builds.stream().allMatch(Build::isOver)) {
      return false;
    }
    policy.act(this);
    nowMs += STEP_MS;
    work();
    while (usedMib() > memoryMib && killLargest()) {
      kernelKills++;
    }
    builds.forEach(this::endIfOver);
    return true;
  }

  private void work() {
    List<Job> running = running();
    stall = stallOf(usedMib());
    double rate = Math.min(1, (double) cores / Math.max(1, running.size()));
    for (Job job : running) {
      job.doneMs += STEP_MS * rate * (1 - stall);
      job.seenMib = Math.max(job.seenMib, job.mib());
      if (job.doneMs >= job.durationMs) {
        job.state = Job.State.DONE;
        policy.ended(this, job, Policy.End.DONE);
      }
    }
  }

  private double stallOf(int usedMib) {
    double beyond = ((double) usedMib / memoryMib - STALLS_FROM) / (1 - STALLS_FROM);
    return Math.clamp(beyond, 0, 1) * STALLED_AT_MOST;
  }

  private boolean killLargest() {
    Optional<Job> largest = held().stream().max(Comparator.comparingInt(Job::mib));
    largest.ifPresent(job -> end(job, Policy.End.KILLED_BY_KERNEL));
    return largest.isPresent();
  }

  private void endIfOver(Build build) {
    boolean done = build.jobs().stream().allMatch(job -> job.state == Job.State.DONE);
    if (!build.isOver() && (done || build.failed)) {
      build.endedAtMs = nowMs;
    }
  }

  // --- what policies do ---

  void start(Job job) {
    longestWaitMs = Math.max(longestWaitMs, nowMs - job.sinceMs);
    job.state = Job.State.RUNNING;
    job.sinceMs = nowMs;
    job.doneMs = 0;
  }

  void kill(Job job) {
    kills++;
    end(job, Policy.End.KILLED);
  }

  private void end(Job job, Policy.End how) {
    wastedMs += job.doneMs;
    job.kills++;
    job.state = Job.State.TODO;
    job.sinceMs = nowMs;
    policy.ended(this, job, how);
  }

  /** Its user gives up, or it can't go on: nothing of it is left. */
  void fail(Build build) {
    build.failed = true;
    for (Job job : build.jobs()) {
      if (job.isHeld()) {
        wastedMs += job.doneMs;
      }
      job.state = Job.State.DONE;
    }
  }

  int usedMib() {
    int sum = outsideMib;
    for (Build build : builds) {
      for (Job job : build.jobs()) {
        sum += job.mib();
      }
    }
    return sum;
  }

  /** What is left, MiB. */
  int roomMib() {
    return memoryMib - usedMib();
  }

  List<Job> running() {
    return jobs(Job.State.RUNNING);
  }

  List<Job> jobs(Job.State state) {
    List<Job> found = new ArrayList<>();
    for (Build build : builds) {
      for (Job job : build.jobs()) {
        if (job.state == state) {
          found.add(job);
        }
      }
    }
    return found;
  }

  List<Job> held() {
    List<Job> held = running();
    held.addAll(jobs(Job.State.STOPPED));
    return held;
  }

  /** No policy can be faster, ms: by processor time, by memory over time, by the longest chain. */
  static double lowerBoundMs(int cores, int memoryMib, List<Build> builds) {
    double work = 0;
    double memory = 0;
    double chain = 0;
    for (Build build : builds) {
      double longest = 0;
      for (List<Job> phase : build.phases()) {
        longest += phase.stream().mapToInt(job -> job.durationMs).max().orElse(0);
      }
      chain = Math.max(chain, longest);
      for (Job job : build.jobs()) {
        work += job.durationMs;
        memory += 0.775 * job.peakMib * job.durationMs; // grows from a quarter in three fifths
      }
    }
    return Math.max(chain, Math.max(work / cores, memory / memoryMib));
  }
}
