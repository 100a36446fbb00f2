package dev.dibs.benchmarks;

import dev.dibs.benchmarks.Row.Bounded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Three C projects at once: {@code dibs run -- make -j} against plain {@code make -j} with as many
 * jobs as there are processors; wall time, and how many compilers ran at once.
 */
final class Builds implements Main.Benchmark {
  private static final int PROJECTS = 3;
  private static final int FILES = 60;
  private static final int ROUNDS = 5;
  private static final Pattern PEAK = Pattern.compile("ended=(\\d+) peak=(\\d+)");

  private final int slots = Runtime.getRuntime().availableProcessors();

  @Override
  public List<Row> measure() throws IOException {
    List<Double> ours = new ArrayList<>();
    List<Double> plain = new ArrayList<>();
    try (World world = new World(slots)) {
      for (int i = 0; i < PROJECTS; i++) {
        CProject.write(world.folder().resolve("p" + i), FILES, i);
      }
      Path oursLog = world.folder().resolve("ours.log");
      Path plainLog = world.folder().resolve("plain.log");
      for (int round = 0; round < ROUNDS; round++) {
        // By turns, for whoever comes second finds the caches warm.
        if (round % 2 == 0) {
          plain.add(seconds(world, List.of("make", "-s", "-j" + slots), plainLog));
        }
        ours.add(seconds(world, World.dibs("run", "--quiet", "--", "make", "-s", "-j"), oursLog));
        if (round % 2 != 0) {
          plain.add(seconds(world, List.of("make", "-s", "-j" + slots), plainLog));
        }
      }
      return List.of(
          new Row(
              "three builds at once, median s", median(ours), median(plain), 1.05, Bounded.RATIO),
          new Row(
              "compilers at once, peak of all rounds",
              peak(world, oursLog),
              peak(world, plainLog),
              slots,
              Bounded.OURS));
    }
  }

  /** Builds all projects from scratch, at once, and gives the wall time. */
  private static double seconds(World world, List<String> make, Path log) throws IOException {
    world.output(List.of("sh", "-c", "rm -f p*/*.o"));
    long beganNs = System.nanoTime();
    List<Process> builds = new ArrayList<>();
    for (int i = 0; i < PROJECTS; i++) {
      Path folder = world.folder().resolve("p" + i);
      builds.add(
          world.start(
              with(make, "CC=" + World.program("counted") + " gcc"),
              b -> {
                b.directory(folder.toFile());
                b.environment().put("COUNTED_LOG", log.toString());
              }));
    }
    for (Process build : builds) {
      if (build.onExit().join().exitValue() != 0) {
        throw new IOException("a build failed: " + make);
      }
    }
    return (System.nanoTime() - beganNs) / 1e9;
  }

  private static List<String> with(List<String> words, String last) {
    return Stream.concat(words.stream(), Stream.of(last)).toList();
  }

  private static double median(List<Double> seconds) {
    return Samples.of(seconds.stream().mapToDouble(Double::doubleValue)).median();
  }

  private static double peak(World world, Path log) throws IOException {
    String report = world.output(List.of(World.program("counted"), "--report", log.toString()));
    Matcher matcher = PEAK.matcher(report);
    if (!matcher.find() || Integer.parseInt(matcher.group(1)) != PROJECTS * FILES * ROUNDS) {
      throw new IOException("not every compiler was counted: " + report);
    }
    return Double.parseDouble(matcher.group(2));
  }
}
