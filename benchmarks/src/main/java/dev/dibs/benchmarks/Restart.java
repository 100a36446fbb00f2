package dev.dibs.benchmarks;

import dev.dibs.benchmarks.Row.Bounded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * From the SIGKILL of the daemon, and of the run that holds the only slot, to the start of the run
 * that waits: the supervisor starts a JVM, the launcher asks again. Against the start of a JVM that
 * does nothing.
 */
final class Restart implements Main.Benchmark {
  private static final int ROUNDS = 20;
  private static final int SETTLE_MS = 300;

  /** A daemon that dies sooner counts as one that can't live (launcher/supervise.sh). */
  private static final int LIVES_MS = 2_000;

  @Override
  public List<Row> measure() throws IOException, InterruptedException {
    List<Double> served = new ArrayList<>();
    List<Double> started = new ArrayList<>();
    try (World world = new World(1)) {
      for (int round = 0; round < ROUNDS; round++) {
        Thread.sleep(LIVES_MS);
        served.add(servedMs(world));
        started.add(jvmMs(world));
      }
    }
    Samples ours = Samples.of(served.stream().mapToDouble(ms -> ms));
    Samples control = Samples.of(started.stream().mapToDouble(ms -> ms));
    return List.of(
        new Row(
            "SIGKILL of the daemon to waiter's start, median ms",
            ours.median(),
            control.median(),
            1500,
            Bounded.OURS),
        new Row(
            "SIGKILL of the daemon to waiter's start, max ms",
            ours.p99(),
            control.p99(),
            1500,
            Bounded.OURS));
  }

  private static double servedMs(World world) throws IOException, InterruptedException {
    Process holder = world.start(World.dibs("run", "--quiet", "--", "sleep", "1000"), b -> {});
    Thread.sleep(SETTLE_MS);
    Process waiter = world.start(World.dibs("run", "--quiet", "--", "true"), b -> {});
    Thread.sleep(SETTLE_MS);
    long daemon = world.daemon();
    long killedNs = System.nanoTime();
    ProcessHandle.of(daemon).ifPresent(ProcessHandle::destroyForcibly);
    holder.destroyForcibly();
    waiter.waitFor();
    return (System.nanoTime() - killedNs) / 1e6;
  }

  private static double jvmMs(World world) throws IOException, InterruptedException {
    long startedNs = System.nanoTime();
    String java = ProcessHandle.current().info().command().orElse("java");
    world.start(List.of(java, "-XX:+UseSerialGC", "--version"), b -> {}).waitFor();
    return (System.nanoTime() - startedNs) / 1e6;
  }
}
