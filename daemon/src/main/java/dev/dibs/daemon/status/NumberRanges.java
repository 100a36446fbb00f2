package dev.dibs.daemon.status;

import java.util.List;

/** Numbers for people: {@code 0-3,8,10-11}. */
final class NumberRanges {

  private NumberRanges() {}

  /** Ascending numbers, none twice, as ranges. */
  static String of(List<Integer> numbers) {
    StringBuilder text = new StringBuilder();
    for (int from = 0; from < numbers.size(); ) {
      int to = from;
      while (to + 1 < numbers.size() && numbers.get(to + 1) == numbers.get(to) + 1) {
        to++;
      }
      text.append(text.isEmpty() ? "" : ",").append(numbers.get(from));
      text.append(to == from ? "" : "-" + numbers.get(to));
      from = to + 1;
    }
    return text.toString();
  }
}
