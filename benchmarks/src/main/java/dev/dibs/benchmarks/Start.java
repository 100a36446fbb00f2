package dev.dibs.benchmarks;

import dev.dibs.benchmarks.Row.Bounded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What it costs to start a command under dibs: {@code dibs run -- true} and {@code dibs job --
 * true} against {@code true}, against a C program that asks a C server over the same kind of FIFOs,
 * and against the programs alone that stand on the way to a command: a shell, and for a run a bash.
 */
final class Start implements Main.Benchmark {
  private static final String SEPARATOR = ":::";
  private static final int ROUNDS = 300;
  private static final double OVERHEAD_MS = 3;

  @Override
  public List<Row> measure() throws IOException {
    try (World world = new World(4)) {
      Path control = Files.createDirectory(world.folder().resolve("control"));
      world.start(List.of(World.program("fifo_control"), "serve", control.toString()), b -> {});
      while (!Files.exists(control.resolve("control"))) {
        Thread.onSpinWait();
      }
      return rows(world.output(command(control)).lines().map(Samples::ofMicroseconds).toList());
    }
  }

  private static List<String> command(Path control) {
    List<String> words = new ArrayList<>(List.of(World.program("spawn_timer"), "" + ROUNDS));
    words.addAll(List.of(SEPARATOR, "true", SEPARATOR));
    words.addAll(World.dibs("run", "--", "true"));
    words.add(SEPARATOR);
    words.addAll(World.dibs("job", "--", "true"));
    words.addAll(
        List.of(SEPARATOR, World.program("fifo_control"), "ask", control.toString(), "true"));
    words.addAll(List.of(SEPARATOR, "sh", "-c", "exec true"));
    words.addAll(List.of(SEPARATOR, "sh", "-c", "LC_ALL=C exec bash -p -c 'exec true'"));
    return words;
  }

  private static List<Row> rows(List<Samples> samples) {
    Samples plain = samples.get(0);
    return List.of(
        row("dibs run -- true", samples.get(1), plain, Bounded.DIFFERENCE),
        row("dibs job -- true", samples.get(2), plain, Bounded.DIFFERENCE),
        row("C client and server over FIFOs", samples.get(3), plain, Bounded.NONE),
        row("sh -c 'exec true'", samples.get(4), plain, Bounded.NONE),
        row("sh, then bash, then true", samples.get(5), plain, Bounded.NONE),
        new Row("dibs run -- true, p99 ms", samples.get(1).p99(), plain.p99(), 0, Bounded.NONE));
  }

  private static Row row(String name, Samples ours, Samples plain, Bounded bounded) {
    String measure = name + " against true, median ms";
    return new Row(measure, ours.median(), plain.median(), OVERHEAD_MS, bounded);
  }
}
