package dev.dibs.benchmarks;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the benchmarks that are named, or all, and prints one table. Ends with 1 if a bound is
 * broken.
 */
public final class Main {
  private Main() {}

  /** What a benchmark does. */
  interface Benchmark {
    /** Blocks until it is measured. */
    List<Row> measure() throws IOException, InterruptedException;
  }

  public static void main(String[] names) throws IOException, InterruptedException {
    Map<String, Benchmark> benchmarks = new LinkedHashMap<>();
    benchmarks.put("start", new Start());
    benchmarks.put("death", new Death());
    benchmarks.put("restart", new Restart());
    benchmarks.put("footprint", new Footprint());
    benchmarks.put("watching", new Watching());
    benchmarks.put("watched-build", new WatchedBuild());
    benchmarks.put("crowd", new Crowd());
    benchmarks.put("socket", new Socket());
    benchmarks.put("tokens", new Tokens());
    benchmarks.put("locks", new ProcessLock());
    benchmarks.put("daemon-locks", new DaemonLock());
    benchmarks.put("builds", new Builds());
    benchmarks.put("suites", new Suites());
    if (names.length > 0) {
      benchmarks.keySet().retainAll(List.of(names));
    }
    System.out.println(Row.HEAD);
    boolean allWell = true;
    for (Benchmark benchmark : benchmarks.values()) {
      for (Row row : benchmark.measure()) {
        System.out.println(row);
        allWell &= row.isWithinBound();
      }
    }
    System.exit(allWell ? 0 : 1);
  }
}
