package dev.dibs.benchmarks;

import dev.dibs.benchmarks.Row.Bounded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Four test suites that start a worker for each CPU, at once under {@code dibs run --slots 1..N},
 * against the same ones without dibs, one after the other: wall time, and how many workers were
 * busy at once, counted by what they run.
 */
final class Suites implements Main.Benchmark {
  private static final int TESTS = 24;
  private static final int TEST_MS = 50;
  private static final int ROUNDS = 11;
  private static final Pattern PEAK = Pattern.compile("ended=(\\d+) peak=(\\d+)");
  private static final String COUNTED = World.program("counted");

  private static final String PYTHON =
      """
      import multiprocessing, os, subprocess
      def test(i):
          subprocess.run(['%s'], check=True)
      if __name__ == '__main__':
          with multiprocessing.Pool(len(os.sched_getaffinity(0))) as pool:
              pool.map(test, range(%d), chunksize=1)
      """
          .formatted(COUNTED, TESTS);

  private static final String NODE =
      """
      const { Worker, isMainThread, workerData } = require('node:worker_threads');
      if (isMainThread) {
        const started = new Int32Array(new SharedArrayBuffer(4));
        for (let i = 0; i < require('node:os').availableParallelism(); i++)
          new Worker(__filename, { workerData: started }).on('error', (e) => { throw e; });
      } else {
        const { execFileSync } = require('node:child_process');
        while (Atomics.add(workerData, 0, 1) < %d) execFileSync('%s');
      }
      """
          .formatted(TESTS, COUNTED);

  private static final List<List<String>> SUITES =
      List.of(
          List.of("python3", "suite.py"),
          List.of("node", "suite.js"),
          List.of(World.program("pool_suite"), Integer.toString(TESTS), COUNTED),
          List.of("sh", "-c", "seq " + TESTS + " | xargs -n 1 -P $(nproc) sh -c " + COUNTED));

  private final int slots = Runtime.getRuntime().availableProcessors();

  @Override
  public List<Row> measure() throws IOException {
    List<Double> ours = new ArrayList<>();
    List<Double> control = new ArrayList<>();
    try (World world = new World(slots)) {
      Files.writeString(world.folder().resolve("suite.py"), PYTHON);
      Files.writeString(world.folder().resolve("suite.js"), NODE);
      Path oursLog = world.folder().resolve("ours.log");
      Path plainLog = world.folder().resolve("plain.log");
      atOnce(world, List.of(), plainLog); // for its peak, and to warm the caches
      for (int round = 0; round < ROUNDS; round++) {
        // By turns, so that a machine that becomes busy or idle favours nobody.
        if (round % 2 == 0) {
          control.add(oneByOne(world));
        }
        ours.add(atOnce(world, underDibs(), oursLog));
        if (round % 2 != 0) {
          control.add(oneByOne(world));
        }
      }
      return List.of(
          new Row("four suites, median s", median(ours), median(control), 1.1, Bounded.RATIO),
          new Row(
              "busy workers at once, peak of all rounds",
              peak(world, oursLog, ROUNDS),
              peak(world, plainLog, 1),
              slots,
              Bounded.OURS));
    }
  }

  private List<String> underDibs() {
    return World.dibs("run", "--quiet", "--slots", "1.." + slots, "--");
  }

  /** All of them at once, and the wall time in seconds. */
  private static double atOnce(World world, List<String> before, Path log) throws IOException {
    long beganNs = System.nanoTime();
    List<Process> running = new ArrayList<>();
    for (List<String> suite : SUITES) {
      running.add(start(world, before, suite, log));
    }
    for (Process suite : running) {
      finish(suite);
    }
    return (System.nanoTime() - beganNs) / 1e9;
  }

  private static double oneByOne(World world) throws IOException {
    long beganNs = System.nanoTime();
    for (List<String> suite : SUITES) {
      finish(start(world, List.of(), suite, Path.of("/dev/null")));
    }
    return (System.nanoTime() - beganNs) / 1e9;
  }

  private static Process start(World world, List<String> before, List<String> suite, Path log)
      throws IOException {
    List<String> words = new ArrayList<>(before);
    words.addAll(suite);
    return world.start(
        words,
        builder -> {
          builder.environment().put("COUNTED_LOG", log.toString());
          builder.environment().put("COUNTED_CPU_MS", Integer.toString(TEST_MS));
        });
  }

  private static void finish(Process suite) throws IOException {
    if (suite.onExit().join().exitValue() != 0) {
      throw new IOException("a suite failed");
    }
  }

  private static double median(List<Double> seconds) {
    return Samples.of(seconds.stream().mapToDouble(Double::doubleValue)).median();
  }

  private static double peak(World world, Path log, int rounds) throws IOException {
    String report = world.output(List.of(World.program("counted"), "--report", log.toString()));
    Matcher matcher = PEAK.matcher(report);
    int all = rounds * SUITES.size() * TESTS;
    if (!matcher.find() || Integer.parseInt(matcher.group(1)) != all) {
      throw new IOException("not every test was counted: " + report);
    }
    return Double.parseDouble(matcher.group(2));
  }
}
