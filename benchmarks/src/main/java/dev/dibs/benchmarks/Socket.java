package dev.dibs.benchmarks;

import dev.dibs.benchmarks.Row.Bounded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A slot over the socket, from asking for it to having returned it, against a C server that answers
 * the same bytes; by one client and by 64 at once, in C both times.
 */
final class Socket implements Main.Benchmark {
  private static final int ROUNDS = 9;
  private static final int CLIENTS_MANY = 64;
  private static final int PAIRS = 20_000;
  private static final double RATIO_MAX = 2;

  @Override
  public List<Row> measure() throws IOException {
    try (World world = new World(2 * CLIENTS_MANY)) {
      Path control = world.folder().resolve("control");
      world.start(List.of(World.program("socket_pairs"), "serve", control.toString()), b -> {});
      while (!Files.exists(control)) {
        Thread.onSpinWait();
      }
      Path ours = world.folder().resolve("dibs/socket");
      pairsUs(world, ours, CLIENTS_MANY, 4 * PAIRS); // the daemon's code is compiled from now on
      return List.of(
          row(world, "a slot over the socket, one client, median µs", ours, control, 1),
          row(world, "a slot over the socket, 64 clients, median µs", ours, control, CLIENTS_MANY));
    }
  }

  /** By turns, so that both see the same machine. */
  private static Row row(World world, String name, Path ours, Path control, int clients)
      throws IOException {
    List<Double> oursUs = new ArrayList<>();
    List<Double> controlUs = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      controlUs.add(pairsUs(world, control, clients, PAIRS));
      oursUs.add(pairsUs(world, ours, clients, PAIRS));
    }
    return new Row(name, median(oursUs), median(controlUs), RATIO_MAX, Bounded.RATIO);
  }

  /** The median of one round, which lasts half a second or so. */
  private static double pairsUs(World world, Path server, int clients, int pairs)
      throws IOException {
    String each = Integer.toString(pairs / clients);
    List<String> ask =
        List.of(World.program("socket_pairs"), "ask", server.toString(), "" + clients, each);
    return 1000 * Samples.ofMicroseconds(world.output(ask)).median();
  }

  private static double median(List<Double> values) {
    return Samples.of(values.stream().mapToDouble(Double::doubleValue)).median();
  }
}
