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
 * And under a lock that nobody else wants: {@code dibs lock x -- true} beside {@code flock(1)},
 * which is C and asks nobody but the kernel.
 */
final class Start implements Main.Benchmark {
  private static final String SEPARATOR = ":::";
  private static final int ROUNDS = 300;
  private static final double OVERHEAD_MS = 3;
  private static final double LOCK_OVERHEAD_MS = 8;

  @Override
  public List<Row> measure() throws IOException {
    try (World world = new World(4)) {
      Path control = Files.createDirectory(world.folder().resolve("control"));
      world.start(List.of(World.program("fifo_control"), "serve", control.toString()), b -> {});
      while (!Files.exists(control.resolve("control"))) {
        Thread.onSpinWait();
      }
      String file = world.folder().resolve("flock").toString();
      String times = world.output(command(control, file));
      return rows(times.lines().map(Samples::ofMicroseconds).toList());
    }
  }

  private static List<String> command(Path control, String lockFile) {
    List<String> words = new ArrayList<>(List.of(World.program("spawn_timer"), "" + ROUNDS));
    words.addAll(List.of(SEPARATOR, "true", SEPARATOR));
    words.addAll(World.dibs("run", "--", "true"));
    words.add(SEPARATOR);
    words.addAll(World.dibs("job", "--", "true"));
    words.addAll(
        List.of(SEPARATOR, World.program("fifo_control"), "ask", control.toString(), "true"));
    words.addAll(List.of(SEPARATOR, "sh", "-c", "exec true"));
    words.addAll(List.of(SEPARATOR, "sh", "-c", "LC_ALL=C exec bash -p -c 'exec true'"));
    words.add(SEPARATOR);
    words.addAll(World.dibs("lock", "x", "--", "true"));
    words.addAll(List.of(SEPARATOR, "flock", lockFile, "true"));
    return words;
  }

  private static List<Row> rows(List<Samples> samples) {
    Samples plain = samples.get(0);
    return List.of(
        bounded("dibs run -- true", samples.get(1), plain, OVERHEAD_MS),
        bounded("dibs job -- true", samples.get(2), plain, OVERHEAD_MS),
        beside("C client and server over FIFOs", samples.get(3), plain),
        beside("sh -c 'exec true'", samples.get(4), plain),
        beside("sh, then bash, then true", samples.get(5), plain),
        bounded("dibs lock x -- true", samples.get(6), plain, LOCK_OVERHEAD_MS),
        beside("flock FILE true", samples.get(7), plain),
        new Row("dibs run -- true, p99 ms", samples.get(1).p99(), plain.p99(), 0, Bounded.NONE));
  }

  private static Row bounded(String name, Samples ours, Samples plain, double overheadMs) {
    return row(name, ours, plain, overheadMs, Bounded.DIFFERENCE);
  }

  /** To compare with. */
  private static Row beside(String name, Samples theirs, Samples plain) {
    return row(name, theirs, plain, 0, Bounded.NONE);
  }

  private static Row row(String name, Samples one, Samples plain, double bound, Bounded boundIs) {
    return new Row(name + " against true, median ms", one.median(), plain.median(), bound, boundIs);
  }
}
