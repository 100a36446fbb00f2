package dev.dibs.daemon.loop;

import java.util.Comparator;
import java.util.PriorityQueue;

/** What is to be done later, by the loop. Not safe for threads. */
public final class TimerQueue {

  /** Something to be done once at a time; may be cancelled, also twice or after it was done. */
  public static final class Timer {
    private final long atMs;
    private final long order;
    private Runnable action;

    private Timer(long atMs, long order, Runnable action) {
      this.atMs = atMs;
      this.order = order;
      this.action = action;
    }

    public void cancel() {
      action = () -> {};
    }
  }

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong((Timer timer) -> timer.atMs)
              .thenComparingLong(timer -> timer.order));
  private long added;

  public Timer at(long atMs, Runnable action) {
    Timer timer = new Timer(atMs, added++, action);
    timers.add(timer);
    return timer;
  }

  /** When the next one is due, ms; {@link Long#MAX_VALUE} for never. */
  public long nextMs() {
    Timer next = timers.peek();
    return next == null ? Long.MAX_VALUE : next.atMs;
  }

  public void runDue(long nowMs) {
    for (Timer next = timers.peek(); next != null && next.atMs <= nowMs; next = timers.peek()) {
      timers.remove();
      next.action.run();
    }
  }
}
