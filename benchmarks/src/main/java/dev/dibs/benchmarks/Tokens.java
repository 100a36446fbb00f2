package dev.dibs.benchmarks;

import dev.dibs.benchmarks.Row.Bounded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A token through the file system: taken and given back by one client, by 64 that block and by 64
 * that poll, against a C program behind {@code /dev/fuse} that only counts; given to the next one
 * when its holder is killed, against a record lock, which the kernel alone takes back; and what the
 * daemon is like after a million requests.
 *
 * <p>The C program needs root to mount itself; without, its column is empty.
 */
final class Tokens implements Main.Benchmark {
  private static final int TOKENS = 8;
  private static final int CLIENTS_MANY = 64;
  private static final int CLIENTS_WAITING = 100;
  private static final int PAIRS = 20_000;
  private static final int PAIRS_OF_A_MILLION = 500_000;
  private static final int ROUNDS = 7;
  private static final int DEATHS = 200;
  private static final int IDLE_MS = 10_000;
  private static final String BLOCK = "block";
  private static final String POLL = "poll";

  /** What {@code token_clients pairs} prints. */
  private record Pairs(double medianUs, double eachUs) {
    static Pairs of(String line) {
      String[] words = line.strip().split(" ", -1);
      return new Pairs(Double.parseDouble(words[0]), Double.parseDouble(words[1]));
    }
  }

  @Override
  public List<Row> measure() throws IOException, InterruptedException {
    List<Row> rows = new ArrayList<>();
    try (World world = new World(TOKENS + 1)) {
      rows.addAll(speed(world));
      rows.addAll(afterAMillion(world));
    }
    try (World world = new World(2)) {
      rows.addAll(deaths(world));
    }
    return rows;
  }

  private static List<Row> speed(World world) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(world.folder().resolve("control"));
    Optional<Path> control = startControl(world, folder);
    try {
      ours(world, CLIENTS_MANY, BLOCK, 2 * PAIRS); // the daemon's code is compiled from now on
      return List.of(
          row(world, control, 1, BLOCK, Pairs::medianUs, 60),
          row(world, control, CLIENTS_MANY, BLOCK, Pairs::eachUs, 50),
          row(world, control, CLIENTS_MANY, POLL, Pairs::eachUs, 80));
    } finally {
      if (control.isPresent()) {
        world.output(List.of("umount", "-l", folder.toString()));
      }
    }
  }

  /** The C program's file, if it could mount it. */
  private static Optional<Path> startControl(World world, Path folder)
      throws IOException, InterruptedException {
    Path tokens = folder.resolve("tokens");
    Process control =
        world.start(
            List.of(World.program("fuse_control"), folder.toString(), "" + TOKENS), b -> {});
    while (control.isAlive() && !Files.exists(tokens)) {
      Thread.sleep(10);
    }
    return control.isAlive() ? Optional.of(tokens) : Optional.empty();
  }

  /** By turns, so that both see the same machine. */
  private static Row row(
      World world,
      Optional<Path> control,
      int clients,
      String how,
      ToDoubleFunction<Pairs> figure,
      double boundUs)
      throws IOException {
    List<Double> oursUs = new ArrayList<>();
    List<Double> controlUs = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      oursUs.add(figure.applyAsDouble(ours(world, clients, how, PAIRS)));
      controlUs.add(
          control.isPresent()
              ? figure.applyAsDouble(pairs(world, control.get(), clients, how))
              : Double.NaN);
    }
    String name =
        clients == 1
            ? "a token through the file, one client, median µs"
            : "a token through the file, " + clients + " that " + how + ", µs each";
    return new Row(name, median(oursUs), median(controlUs), boundUs, Bounded.OURS);
  }

  private static Pairs pairs(World world, Path file, int clients, String how) throws IOException {
    return Pairs.of(world.output(pairs(file.toString(), clients, how, PAIRS)));
  }

  private static Pairs ours(World world, int clients, String how, int rounds) throws IOException {
    return Pairs.of(world.output(run(pairs(jobserver(world), clients, how, rounds))));
  }

  private static List<String> pairs(String path, int clients, String how, int rounds) {
    String each = Integer.toString(rounds / clients);
    return List.of(World.program("token_clients"), "pairs", path, "" + clients, each, how);
  }

  private static List<Row> afterAMillion(World world) throws IOException, InterruptedException {
    ours(world, CLIENTS_WAITING, BLOCK, PAIRS_OF_A_MILLION);
    String program = World.program("token_clients");
    world.start(run(List.of(program, "wait", jobserver(world), "" + CLIENTS_WAITING)), b -> {});
    Thread.sleep(2000);
    double beganMs = Usage.cpuMs(world.daemon());
    Thread.sleep(IDLE_MS);
    double idleMs = Usage.cpuMs(world.daemon()) - beganMs;
    double residentMib = Usage.residentMib(world.daemon());
    return List.of(
        new Row(
            "daemon after a million requests, 100 clients, MiB",
            residentMib,
            Double.NaN,
            96,
            Bounded.OURS),
        new Row("the same, CPU ms in 10 idle s", idleMs, Double.NaN, Usage.TICK_MS, Bounded.OURS));
  }

  private static List<Row> deaths(World world) throws IOException {
    Path lock = Files.createFile(world.folder().resolve("lock"));
    String program = World.program("token_clients");
    Samples ours =
        Samples.ofMicroseconds(
            world.output(run(List.of(program, "death", jobserver(world), "" + DEATHS))));
    Samples control =
        Samples.ofMicroseconds(
            world.output(List.of(program, "lock", lock.toString(), "" + DEATHS)));
    String name = "SIGKILL of a token's holder to the next one, ";
    return List.of(
        new Row(name + "median ms", ours.median(), control.median(), 3, Bounded.OURS),
        new Row(name + "p99 ms", ours.p99(), control.p99(), 15, Bounded.OURS));
  }

  private static List<String> run(List<String> command) {
    List<String> words = new ArrayList<>(World.dibs("run", "--quiet", "--"));
    words.addAll(command);
    return words;
  }

  private static String jobserver(World world) {
    return world.folder().resolve("dibs/fs/jobserver").toString();
  }

  private static double median(List<Double> values) {
    return Samples.of(values.stream().mapToDouble(Double::doubleValue)).median();
  }
}
