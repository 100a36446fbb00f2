package dev.dibs.daemon.loop;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** What is to be done later, by the loop. Not safe for threads. */
public final class TimerQueue {

  /** So many that were cancelled may lie there at least before they are cleared away. */
  private static final int CANCELLED_KEPT = 64;

  /** Something to be done once at a time; may be cancelled, also twice or after it was done. */
  public static final class Timer {
    private final TimerQueue queue;
    private final long atMs;
    private final long order;
    private @Nullable Runnable action; // null when it was done or cancelled

    private Timer(TimerQueue queue, long atMs, long order, Runnable action) {
      this.queue = queue;
      this.atMs = atMs;
      this.order = order;
      this.action = action;
    }

    public void cancel() {
      if (isPending()) {
        action = null;
        queue.cancelledOne();
      }
    }

    private boolean isPending() {
      return action != null;
    }

    private void run() {
      Runnable due = action;
      action = null;
      if (due != null) {
        due.run();
      }
    }
  }

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong((Timer timer) -> timer.atMs)
              .thenComparingLong(timer -> timer.order));
  private long added;
  private int cancelled;

  public Timer at(long atMs, Runnable action) {
    Timer timer = new Timer(this, atMs, added++, action);
    timers.add(timer);
    return timer;
  }

  /** Most are cancelled long before they are due: they don't stay until then. */
  private void cancelledOne() {
    cancelled++;
    if (cancelled > CANCELLED_KEPT && cancelled > timers.size() / 2) {
      timers.removeIf(timer -> !timer.isPending());
      cancelled = 0;
    }
  }

  /** How many lie there, cancelled ones included. */
  int size() {
    return timers.size();
  }

  /** When the next one is due, ms; {@link Long#MAX_VALUE} for never. */
  public long nextMs() {
    Timer next = timers.peek();
    return next == null ? Long.MAX_VALUE : next.atMs;
  }

  public void runDue(long nowMs) {
    for (Timer next = timers.peek(); next != null && next.atMs <= nowMs; next = timers.peek()) {
      timers.remove();
      cancelled -= next.isPending() ? 0 : 1;
      next.run();
    }
  }
}
