package dev.dibs.benchmarks;

import dev.dibs.benchmarks.Row.Bounded;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What it costs to watch the memory of 200 processes, in percent of a processor: far from the
 * limit, and near it, where somebody looks four times a second.
 */
final class Watching implements Main.Benchmark {
  private static final int PROCESSES = 200;
  private static final int WATCHED_MS = 20_000;
  private static final int SETTLING_MS = 5_000;

  /** Less than the processes have in use, as it is counted. */
  private static final String NEAR = "64M";

  @Override
  public List<Row> measure() throws IOException, InterruptedException {
    return List.of(
        row("far from the limit", Map.of(), 1), row("near it", Map.of("DIBS_MEMORY", NEAR), 5));
  }

  private static Row row(String where, Map<String, String> environment, double bound)
      throws IOException, InterruptedException {
    try (World world = new World(2, environment)) {
      String script = "i=0; while [ $i -lt %d ]; do sleep 1000 & i=$((i+1)); done; wait";
      Process run =
          world.start(
              World.dibs("run", "--quiet", "--", "sh", "-c", script.formatted(PROCESSES)),
              builder -> {});
      while (run.descendants().count() < PROCESSES) {
        Thread.sleep(50);
      }
      Thread.sleep(SETTLING_MS);
      double before = Usage.cpuMs(world.daemon());
      Thread.sleep(WATCHED_MS);
      double percent = 100 * (Usage.cpuMs(world.daemon()) - before) / WATCHED_MS;
      run.descendants().forEach(ProcessHandle::destroyForcibly);
      return new Row(
          "watching " + PROCESSES + " processes " + where + ", % of a CPU",
          percent,
          0,
          bound,
          Bounded.OURS);
    }
  }
}
