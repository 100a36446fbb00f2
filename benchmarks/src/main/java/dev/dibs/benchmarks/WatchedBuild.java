package dev.dibs.benchmarks;

import dev.dibs.benchmarks.Row.Bounded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A build far from the limit of memory: processor time of all that it starts, and of the daemon,
 * where memory is watched, against the same where nobody looks ({@code DIBS_MEMORY=off}).
 */
final class WatchedBuild implements Main.Benchmark {
  private static final int FILES = 24;
  private static final int ROUNDS = 5;

  /** What {@code times} of a shell says of its children: user and system. */
  private static final Pattern CHILDREN =
      Pattern.compile("(\\d+)m([\\d.]+)s (\\d+)m([\\d.]+)s\\s*$");

  private final int slots = Runtime.getRuntime().availableProcessors();

  private record Way(World world, boolean compilersAsJobs, List<Double> seconds) {
    private Way(World world, boolean compilersAsJobs) {
      this(world, compilersAsJobs, new ArrayList<>());
    }

    private double median() {
      return Samples.of(seconds.stream().mapToDouble(Double::doubleValue)).median();
    }
  }

  @Override
  public List<Row> measure() throws IOException {
    try (World blind = new World(slots, Map.of("DIBS_MEMORY", "off"));
        World watching = new World(slots)) {
      Way alone = new Way(blind, false);
      Way bare = new Way(watching, false);
      Way jobs = new Way(watching, true);
      for (World world : List.of(blind, watching)) {
        CProject.write(world.folder().resolve("p"), FILES, 1);
      }
      for (Way way : List.of(alone, bare, jobs)) {
        build(way); // so that caches are warm
      }
      for (int round = 0; round < ROUNDS; round++) {
        List<Way> ways = List.of(alone, bare, jobs);
        for (Way way : round % 2 == 0 ? ways : ways.reversed()) {
          way.seconds.add(build(way));
        }
      }
      return List.of(
          row("memory watched", bare, alone),
          row("memory watched, compilers as jobs", jobs, alone));
    }
  }

  private static Row row(String what, Way ours, Way control) {
    return new Row(
        "CPU s of a build, " + what, ours.median(), control.median(), 1.05, Bounded.RATIO);
  }

  /** Builds from scratch and gives the processor time, s. */
  private static double build(Way way) throws IOException {
    World world = way.world;
    world.output(List.of("sh", "-c", "rm -f p/*.o"));
    double daemonMs = Usage.cpuMs(world.daemon());
    String script = (way.compilersAsJobs ? "DIBS_COMPILERS=1 " : "") + "\"$@\" >&2 && times";
    List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    words.addAll(World.dibs("run", "--quiet", "--", "make", "-s", "-j", "-C", "p"));
    Matcher times = CHILDREN.matcher(world.output(words));
    if (!times.find()) {
      throw new IOException("the shell's times can't be understood");
    }
    return seconds(times, 1) + seconds(times, 3) + (Usage.cpuMs(world.daemon()) - daemonMs) / 1e3;
  }

  private static double seconds(Matcher times, int group) {
    return 60 * Double.parseDouble(times.group(group)) + Double.parseDouble(times.group(group + 1));
  }
}
