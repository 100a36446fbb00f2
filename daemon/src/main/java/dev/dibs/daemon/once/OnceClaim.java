package dev.dibs.daemon.once;

import dev.dibs.daemon.loop.TimerQueue;
import org.jspecify.annotations.Nullable;

/**
 * A process that asked for work which is done once, until it has ended.
 *
 * <pre>
 *   ASKS --> WAITS --> OWED --> READS
 *     |                  '----> RUNS --killed--> CLEARS
 *     '--> READS, RUNS
 * </pre>
 */
final class OnceClaim {

  /** How it is with one. */
  enum Phase {
    ASKS,
    WAITS,
    /** It is to run, or to have a result, as soon as it has the slot back that it lent. */
    OWED,
    RUNS,
    /** It ran and was killed; what it started is being ended. */
    CLEARS,
    READS
  }

  private final long id;
  private final String name;
  private final Task task;
  private final long sinceMs;
  private final long maxAgeMs;
  private OnceHolder holder;
  private Phase phase = Phase.ASKS;
  private long sinceEpochMs;
  private TimerQueue.@Nullable Timer deadline;

  /**
   * @param sinceMs when it asked, on the loop's clock
   * @param maxAgeMs how old a result it would take
   */
  OnceClaim(long id, String name, Task task, OnceHolder holder, long sinceMs, long maxAgeMs) {
    this.id = id;
    this.name = name;
    this.task = task;
    this.holder = holder;
    this.sinceMs = sinceMs;
    this.maxAgeMs = maxAgeMs;
  }

  long id() {
    return id;
  }

  /** What it is called outside. */
  String name() {
    return name;
  }

  Task task() {
    return task;
  }

  OnceHolder holder() {
    return holder;
  }

  int pid() {
    return holder.pid();
  }

  Phase phase() {
    return phase;
  }

  /** Whether it does the work, or did. */
  boolean isRunner() {
    return phase == Phase.RUNS || phase == Phase.CLEARS;
  }

  /** When it asked, ms of the loop's clock. */
  long sinceMs() {
    return sinceMs;
  }

  /** How old a result it would have taken. */
  long maxAgeMs() {
    return maxAgeMs;
  }

  /** Since when it runs, ms since 1970. */
  long sinceEpochMs() {
    return sinceEpochMs;
  }

  void waits() {
    phase = Phase.WAITS;
  }

  void owed() {
    phase = Phase.OWED;
  }

  void runs(long epochMs) {
    cancelDeadline();
    phase = Phase.RUNS;
    sinceEpochMs = epochMs;
  }

  void clears() {
    phase = Phase.CLEARS;
  }

  void reads() {
    cancelDeadline();
    phase = Phase.READS;
  }

  /** The same process asks again, by another pipe. */
  void askedAgain(OnceHolder again) {
    holder.close();
    holder = again;
  }

  void deadline(TimerQueue.Timer timer) {
    deadline = timer;
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }

  void close() {
    cancelDeadline();
    holder.close();
  }
}
