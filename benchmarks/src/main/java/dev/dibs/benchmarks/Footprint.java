package dev.dibs.benchmarks;

import dev.dibs.benchmarks.Row.Bounded;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;

/**
 * What the daemon costs with a hundred runs: memory, and processor time when nothing happens. What
 * the runs need is known, as of commands that ran before: of a hundred that nobody knows most would
 * wait for memory.
 */
final class Footprint implements Main.Benchmark {
  private static final int RUNS = 100;
  private static final int RUNS_BEFORE = 3;
  private static final int LOOKED_AT_MS = 3000;

  /** Until it has seen that nothing happens any more. */
  private static final int SETTLED_MS = 12_000;

  private static final int IDLE_MS = 10_000;

  @Override
  public List<Row> measure() throws IOException, InterruptedException {
    try (World world = new World(RUNS)) {
      for (int i = 0; i < RUNS_BEFORE; i++) {
        Process run = startReader(world);
        Thread.sleep(LOOKED_AT_MS);
        run.getOutputStream().close();
        run.waitFor();
      }
      for (int i = 0; i < RUNS; i++) {
        startReader(world);
      }
      while (readers() < RUNS) {
        Thread.sleep(50);
      }
      Process idle = world.start(idleJvm(), b -> {});
      Thread.sleep(SETTLED_MS);
      return rows(world.daemon(), idle.pid());
    }
  }

  /** A run that waits for its input's end. */
  private static Process startReader(World world) throws IOException {
    return world.start(
        World.dibs("run", "--quiet", "--", "cat"), b -> b.redirectInput(Redirect.PIPE));
  }

  private static List<Row> rows(long daemon, long idle) throws IOException, InterruptedException {
    double ours = Usage.cpuMs(daemon);
    double control = Usage.cpuMs(idle);
    Thread.sleep(IDLE_MS);
    double oursMs = Usage.cpuMs(daemon) - ours;
    double controlMs = Usage.cpuMs(idle) - control;
    return List.of(
        new Row(
            "daemon with 100 runs, resident MiB",
            Usage.residentMib(daemon),
            Usage.residentMib(idle),
            64,
            Bounded.OURS),
        new Row(
            "daemon with 100 runs, CPU ms in 10 idle s",
            oursMs,
            controlMs,
            Usage.TICK_MS,
            Bounded.DIFFERENCE));
  }

  /** A JVM of the daemon's kind that does nothing. */
  private static List<String> idleJvm() {
    String java = ProcessHandle.current().info().command().orElse("java");
    String classes = Path.of(System.getProperty("java.class.path")).toAbsolutePath().toString();
    return List.of(java, "-XX:+UseSerialGC", "-Xmx48m", "-cp", classes, Idle.class.getName());
  }

  /**
   * How many of the commands below this process read by now, that is, are no launchers any more.
   */
  private static long readers() {
    return ProcessHandle.current()
        .children()
        .filter(p -> p.info().command().orElse("").endsWith("/cat"))
        .count();
  }
}
