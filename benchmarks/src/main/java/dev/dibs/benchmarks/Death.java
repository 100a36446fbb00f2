package dev.dibs.benchmarks;

import dev.dibs.benchmarks.Row.Bounded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * From the SIGKILL of a run to the start of the one that waits for its slot, against {@code flock}.
 */
final class Death implements Main.Benchmark {
  private static final String SEPARATOR = ":::";
  private static final int ROUNDS = 200;
  private static final int SETTLE_MS = 60;

  @Override
  public List<Row> measure() throws IOException {
    try (World world = new World(1)) {
      List<Samples> samples =
          world
              .output(command(world.folder() + "/lock"))
              .lines()
              .map(Samples::ofMicroseconds)
              .toList();
      Samples dibs = samples.get(0);
      Samples flock = samples.get(1);
      return List.of(
          new Row(
              "SIGKILL to waiter's start, median ms",
              dibs.median(),
              flock.median(),
              5,
              Bounded.OURS),
          new Row("SIGKILL to waiter's start, p99 ms", dibs.p99(), flock.p99(), 4, Bounded.RATIO));
    }
  }

  private static List<String> command(String lock) {
    String self = World.program("death_timer");
    List<String> words = new ArrayList<>(List.of(self, "" + ROUNDS, "" + SETTLE_MS));
    for (String end : List.of("hold", "now")) {
      words.add(SEPARATOR);
      words.addAll(World.dibs("run", "--quiet", "--", self, end));
    }
    for (String end : List.of("hold", "now")) {
      words.addAll(List.of(SEPARATOR, "flock", "--no-fork", lock, self, end));
    }
    return words;
  }
}
