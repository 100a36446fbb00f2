package dev.dibs.core.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Numbers of which quantiles are wanted; the same number may be there several times. */
final class SortedNumbers {

  private final List<Long> sorted = new ArrayList<>();

  int size() {
    return sorted.size();
  }

  void add(long number) {
    int at = Collections.binarySearch(sorted, number);
    sorted.add(at < 0 ? -at - 1 : at, number);
  }

  /** Takes it out once; it must be there. */
  void remove(long number) {
    sorted.remove(Collections.binarySearch(sorted, number));
  }

  /** The smallest number that so many percent do not exceed; 0 if there are none. */
  long quantile(int percent) {
    return sorted.isEmpty()
        ? 0
        : sorted.get(Math.max(0, Math.ceilDiv(sorted.size() * percent, 100) - 1));
  }
}
