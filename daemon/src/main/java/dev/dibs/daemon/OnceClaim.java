package dev.dibs.daemon;

import dev.dibs.daemon.loop.TimerQueue;
import dev.dibs.daemon.once.Task;
import org.jspecify.annotations.Nullable;

/**
 * A process that asked for work which is done once, until it has ended. For the loop's thread only.
 */
final class OnceClaim {

  /** How it is with one. */
  enum Phase {
    ASKS,
    WAITS,
    RUNS,
    /** It ran and was killed; what it started is being ended. */
    CLEARS,
    READS
  }

  private final long id;
  private final Task task;
  private final long sinceMs;
  private final long maxAgeMs;
  private Holder process;
  private Phase phase = Phase.ASKS;
  private long sinceEpochMs;
  private long result;
  private TimerQueue.@Nullable Timer notice;
  private TimerQueue.@Nullable Timer deadline;

  OnceClaim(long id, Task task, Holder process, long sinceMs, long maxAgeMs) {
    this.id = id;
    this.task = task;
    this.process = process;
    this.sinceMs = sinceMs;
    this.maxAgeMs = maxAgeMs;
  }

  long id() {
    return id;
  }

  String name() {
    return ClaimIds.name(id);
  }

  Task task() {
    return task;
  }

  Holder process() {
    return process;
  }

  int pid() {
    return process.pid();
  }

  Phase phase() {
    return phase;
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

  /** The number of the result that it reads. */
  long result() {
    return result;
  }

  void waits() {
    phase = Phase.WAITS;
  }

  void runs(long epochMs) {
    cancelTimers();
    phase = Phase.RUNS;
    sinceEpochMs = epochMs;
  }

  void clears() {
    phase = Phase.CLEARS;
  }

  void reads(long number) {
    cancelTimers();
    phase = Phase.READS;
    result = number;
  }

  /** The same process asks again, by another pipe. */
  void askedAgain(Holder again) {
    process.close();
    process = again;
  }

  void noticeAt(TimerQueue.Timer timer) {
    notice = timer;
  }

  void deadlineAt(TimerQueue.Timer timer) {
    deadline = timer;
  }

  private void cancelTimers() {
    if (notice != null) {
      notice.cancel();
    }
    if (deadline != null) {
      deadline.cancel();
    }
  }

  void close() {
    cancelTimers();
    process.close();
  }
}
