package dev.dibs.testkit;

import java.util.PriorityQueue;

/** Simulated time: what is to happen when. Things at the same time happen in the order planned. */
final class Agenda {

  private record Entry(long atMs, long order, Runnable action) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byTime = Long.compare(atMs, other.atMs);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Entry> entries = new PriorityQueue<>();
  private long nowMs;
  private long planned;

  long nowMs() {
    return nowMs;
  }

  void in(long delayMs, Runnable action) {
    at(nowMs + delayMs, action);
  }

  void at(long timeMs, Runnable action) {
    entries.add(new Entry(Math.max(nowMs, timeMs), planned++, action));
  }

  /** Lets the next thing happen; false if there is none. */
  boolean step() {
    Entry next = entries.poll();
    if (next == null) {
      return false;
    }
    nowMs = next.atMs;
    next.action.run();
    return true;
  }
}
