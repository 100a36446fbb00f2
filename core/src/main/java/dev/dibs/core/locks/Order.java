package dev.dibs.core.locks;

/**
 * A waiter's place in every line that it stands in: barriers come first, as they came; then the
 * others by priority, and as they came.
 *
 * @param arrival number of the request
 */
record Order(boolean isBarrier, Priority priority, long arrival) implements Comparable<Order> {

  static Order of(Priority priority, long arrival) {
    return new Order(false, priority, arrival);
  }

  Order asBarrier() {
    return new Order(true, priority, arrival);
  }

  @Override
  public int compareTo(Order other) {
    if (isBarrier != other.isBarrier) {
      return isBarrier ? -1 : 1;
    }
    int byPriority = isBarrier ? 0 : priority.compareTo(other.priority);
    return byPriority != 0 ? byPriority : Long.compare(arrival, other.arrival);
  }
}
