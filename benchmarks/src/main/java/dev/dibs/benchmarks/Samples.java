package dev.dibs.benchmarks;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Times of one thing, sorted. */
record Samples(List<Double> sorted) {
  Samples {
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("no samples");
    }
  }

  static Samples of(DoubleStream values) {
    return new Samples(values.sorted().boxed().toList());
  }

  /** One line of microseconds, as the C programs print them, in milliseconds. */
  static Samples ofMicroseconds(String line) {
    return of(
        Stream.of(line.strip().split(" ", -1)).mapToDouble(s -> Double.parseDouble(s) / 1000));
  }

  double median() {
    return quantile(0.5);
  }

  double p99() {
    return quantile(0.99);
  }

  private double quantile(double q) {
    return sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(q * sorted.size() - 1)));
  }
}
