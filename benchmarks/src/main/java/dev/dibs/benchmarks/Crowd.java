package dev.dibs.benchmarks;

import dev.dibs.benchmarks.Row.Bounded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A thousand runs that wait for one slot: what they cost meanwhile, all together, and whether they
 * get it in the order in which they came.
 */
final class Crowd implements Main.Benchmark {
  private static final int RUNS = 1_000;

  /** Started at once, and in line before others are: fewer than a daemon could be late for. */
  private static final int BATCH = 50;

  private static final int SHORT_MS = 10_000;
  private static final int LONG_MS = 60_000;
  private static final Pattern WAITING =
      Pattern.compile("\"id\":\"([^\"]+)\"[^{]*?\"state\":\"waiting\"");

  @Override
  public List<Row> measure() throws IOException, InterruptedException {
    try (World world = new World(1)) {
      Process holder = world.start(World.dibs("run", "--quiet", "--", "sleep", "10000"), b -> {});
      awaitWaiting(world, 0, 1);
      double alone = Usage.descriptors(world.daemon());
      List<Process> crowd = new ArrayList<>();
      for (int batch = 0; batch < RUNS / BATCH; batch++) {
        startBatch(world, crowd, batch);
      }
      Thread.sleep(2_000);
      List<Row> rows = new ArrayList<>(cost(world.daemon(), crowd, alone));
      rows.addAll(order(world, holder));
      return rows;
    }
  }

  /** Each of them writes down its batch and its name when it is its turn. */
  private static void startBatch(World world, List<Process> crowd, int batch)
      throws IOException, InterruptedException {
    String note = "echo " + batch + " $DIBS_RUN >>order";
    for (int i = 0; i < BATCH; i++) {
      crowd.add(world.start(World.dibs("run", "--quiet", "--", "sh", "-c", note), b -> {}));
    }
    awaitWaiting(world, crowd.size(), 1);
  }

  private static void awaitWaiting(World world, int waiting, int used)
      throws IOException, InterruptedException {
    String status = "";
    while (waiting(status).size() != waiting || !status.contains("\"used\":" + used)) {
      Thread.sleep(20);
      status = status(world);
    }
  }

  private static List<Row> cost(long daemon, List<Process> crowd, double alone)
      throws IOException, InterruptedException {
    double shortMs = usedMs(daemon, crowd, SHORT_MS);
    double longMs = usedMs(daemon, crowd, LONG_MS);
    return List.of(
        new Row(
            "daemon with 1,000 runs waiting, resident MiB",
            Usage.residentMib(daemon),
            Double.NaN,
            96,
            Bounded.OURS),
        new Row(
            "daemon's descriptors for each run that waits",
            (Usage.descriptors(daemon) - alone) / RUNS,
            Double.NaN,
            2.2,
            Bounded.OURS),
        new Row("1,000 waiting and daemon, CPU ms in 10 s", shortMs, Double.NaN, 30, Bounded.OURS),
        new Row(
            "1,000 waiting and daemon, CPU ms in 60 s, each told once",
            longMs,
            Double.NaN,
            400,
            Bounded.OURS));
  }

  private static double usedMs(long daemon, List<Process> crowd, long duringMs)
      throws IOException, InterruptedException {
    double beforeMs = usedMs(daemon, crowd);
    Thread.sleep(duringMs);
    return usedMs(daemon, crowd) - beforeMs;
  }

  private static double usedMs(long daemon, List<Process> crowd) throws IOException {
    double usedMs = Usage.cpuMs(daemon);
    for (Process process : crowd) {
      usedMs += Usage.mainThreadMs(process.pid());
    }
    return usedMs;
  }

  private static List<Row> order(World world, Process holder)
      throws IOException, InterruptedException {
    List<String> inLine = waiting(status(world));
    Path order = world.folder().resolve("order");
    long startNs = System.nanoTime();
    holder.destroyForcibly();
    while (!Files.exists(order) || lines(order).size() < RUNS) {
      Thread.sleep(100);
    }
    double tookMs = (System.nanoTime() - startNs) / 1e6;
    List<String> granted = lines(order);
    return List.of(
        new Row(
            "of 1,000 runs served out of turn",
            outOfTurn(inLine, granted),
            Double.NaN,
            0,
            Bounded.OURS),
        new Row(
            "1,000 runs one after the other, ms for each",
            tookMs / RUNS,
            Double.NaN,
            Double.NaN,
            Bounded.NONE));
  }

  /** Those that were not granted where they stood in line, or before one of an earlier batch. */
  private static long outOfTurn(List<String> inLine, List<String> granted) {
    long wrong = 0;
    int batch = 0;
    for (int i = 0; i < RUNS; i++) {
      String[] words = granted.get(i).split(" ", -1);
      int itsBatch = Integer.parseInt(words[0]);
      wrong += itsBatch < batch || !words[1].equals(inLine.get(i)) ? 1 : 0;
      batch = itsBatch;
    }
    return wrong;
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file);
  }

  /** The names of the runs that wait, in the order in which they came. */
  private static List<String> waiting(String status) {
    return WAITING.matcher(status).results().map(result -> result.group(1)).toList();
  }

  private static String status(World world) throws IOException {
    return world.output(List.of("sh", "-c", "\"$0\" status --json | tr -d ' \\n'", launcher()));
  }

  private static String launcher() {
    return World.dibs().getFirst();
  }
}
