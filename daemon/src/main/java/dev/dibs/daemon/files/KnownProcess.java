package dev.dibs.daemon.files;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.host.OsException;
import dev.dibs.host.Pidfd;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process of a run: a client, or one above a client, which may come to have what that leaves.
 * Held by a pidfd until its end is told.
 */
final class KnownProcess implements AutoCloseable {

  final long client;
  final RunTokens run;

  /** The process that started it, if that is of the run too. */
  final @Nullable KnownProcess parent;

  TokenRecords.@Nullable Entry record;

  @Nullable PersonalFifo fifo;

  EventLoop.@Nullable Watch watch;

  private final Pidfd process;
  private boolean ended;
  private boolean killed;

  KnownProcess(long client, RunTokens run, @Nullable KnownProcess parent, Pidfd process) {
    this.client = client;
    this.run = run;
    this.parent = parent;
    this.process = process;
  }

  int pid() {
    return process.pid();
  }

  Pidfd process() {
    return process;
  }

  /** Whether it has ended, told or not. */
  boolean hasEnded() throws OsException {
    if (!ended && process.exited()) {
      ended();
    }
    return ended;
  }

  /** Takes note of its end, and how it came: where that can't be known, by itself. */
  void ended() throws OsException {
    if (!ended) {
      ended = true;
      killed = process.killed(false);
    }
  }

  /**
   * Who answers for its tokens after its end: the nearest above it that lives, unless it or one in
   * between was killed.
   */
  @Nullable KnownProcess heir() throws OsException {
    KnownProcess above = this;
    while (above != null && above.hasEnded()) {
      if (above.killed) {
        return null;
      }
      above = above.parent;
    }
    return above;
  }

  /** The clients above it, nearest first. */
  List<Long> ancestors() {
    List<Long> all = new ArrayList<>();
    for (KnownProcess above = parent; above != null; above = above.parent) {
      all.add(above.client);
    }
    return all;
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
    process.close();
  }

  @Override
  public String toString() {
    return "pid " + pid();
  }
}
