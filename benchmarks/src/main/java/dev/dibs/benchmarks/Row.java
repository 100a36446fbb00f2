package dev.dibs.benchmarks;

import java.util.Locale;

/**
 * One line of the table.
 *
 * @param measure what was measured, with its unit
 * @param ours with dibs
 * @param control the same without, or the least that is possible
 * @param bound the highest value that is good
 * @param boundIs to which of the values the bound applies
 */
record Row(String measure, double ours, double control, double bound, Bounded boundIs) {
  static final String HEAD =
      "%-58s %10s %10s %7s  %-20s %s"
          .formatted("measure", "ours", "control", "ratio", "bound", "verdict");

  /** What is held against the bound. */
  enum Bounded {
    OURS("ours"),
    DIFFERENCE("ours - control"),
    RATIO("ratio"),
    /** Nothing: the line is there to compare with. */
    NONE("");

    private final String text;

    Bounded(String text) {
      this.text = text;
    }
  }

  boolean isWithinBound() {
    return switch (boundIs) {
      case OURS -> ours <= bound;
      case DIFFERENCE -> ours - control <= bound;
      case RATIO -> ours <= bound * control;
      case NONE -> true;
    };
  }

  @Override
  public String toString() {
    String limit = boundIs == Bounded.NONE ? "" : boundIs.text + " <= " + number(bound);
    String verdict = boundIs == Bounded.NONE ? "" : isWithinBound() ? "good" : "BAD";
    return "%-58s %10s %10s %7s  %-20s %s"
        .formatted(measure, number(ours), number(control), number(ours / control), limit, verdict);
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2f", value) : "-";
  }
}
