package dev.dibs.core.history;

import java.util.ArrayDeque;
import java.util.Deque;

/** What most of the last numbers do not exceed. */
public final class MovingQuantile {

  private final int capacity;
  private final int percent;
  private final Deque<Long> inOrder = new ArrayDeque<>();
  private final SortedNumbers sorted = new SortedNumbers();

  /**
   * @param capacity how many numbers count, the latest
   * @param percent how many of them the quantile is to reach, 1 to 100
   */
  public MovingQuantile(int capacity, int percent) {
    this.capacity = capacity;
    this.percent = percent;
  }

  /** One number more. */
  public void add(long number) {
    inOrder.addLast(number);
    sorted.add(number);
    if (inOrder.size() > capacity) {
      sorted.remove(inOrder.removeFirst());
    }
  }

  /** How many numbers count now. */
  public int size() {
    return inOrder.size();
  }

  /** The quantile; 0 without numbers. */
  public long value() {
    return sorted.quantile(percent);
  }
}
