package dev.dibs.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Builds whose compilers take memory, under a limit, while others take memory and processor time
 * beside them and the kernel kills now and then.
 */
final class MemoryChaos implements AutoCloseable {
  static final int LIMIT_MIB = 400;
  private static final int BUILDS = 3;
  private static final int UNIT_MIB = 60;

  /** How long a compiler's memory grows, and how long it has it then, ms. */
  private static final int UNIT_MS = 500;

  /**
   * Of less the kernel has no reason to choose it; and since it began to be worth choosing somebody
   * has looked at it, or dibs would not take it for chosen.
   */
  private static final long VICTIM_PAGES_MIN = 56L * 256;

  private final Dibs dibs;
  private final int units;
  private final Random random;
  private final Optional<MemoryCgroup> cgroup = MemoryCgroup.limitedTo(LIMIT_MIB);
  private final Map<String, Set<Long>> attempts = new HashMap<>();
  private int killed;

  MemoryChaos(Dibs dibs, int units, long seed) {
    this.dibs = dibs;
    this.units = units;
    this.random = new Random(seed);
  }

  /** Whether the kernel enforces the limit. */
  boolean isEnforced() {
    return cgroup.isPresent();
  }

  /** How many compilers were killed by us, as the kernel would. */
  int killed() {
    return killed;
  }

  /** Those that eat: memory below the limit, and a processor in no claim. */
  void startHogs() {
    String hog = "echo -900 >/proc/$$/oom_score_adj; exec eater 120 700 1500";
    inside(List.of("sh", "-c", hog)).start().says("ate");
    dibs.plain("sh", "-c", "while :; do :; done").start();
  }

  /** All builds, each by this command and its folder. */
  List<Running> startBuilds(List<String> make, String shims) {
    Path tools = Texts.folder(dibs.folder().resolve("tools"));
    String compiler = "#!/bin/sh\neater %d %d && exec gcc \"$@\"\n".formatted(UNIT_MIB, UNIT_MS);
    Texts.script(tools.resolve("cc"), compiler);
    List<Running> builds = new ArrayList<>();
    for (int build = 0; build < BUILDS; build++) {
      Path folder = write(dibs.folder().resolve("build" + build));
      Command command = inside(make).in(folder).onPath(tools).with("DIBS_COMPILERS", shims);
      builds.add(command.start());
    }
    return builds;
  }

  private Path write(Path folder) {
    StringBuilder makefile = new StringBuilder("all:");
    IntStream.range(0, units).forEach(i -> makefile.append(" u").append(i).append(".o"));
    makefile.append("\n%.o: %.c; @cc -c $< -o $@\n");
    Texts.write(folder.resolve("Makefile"), makefile.toString());
    IntStream.range(0, units)
        .forEach(i -> Texts.write(folder.resolve("u" + i + ".c"), "int u" + i + ";\n"));
    return folder;
  }

  private Command inside(List<String> words) {
    return dibs.command(cgroup.map(one -> one.start(words)).orElse(words));
  }

  /**
   * Kills one of the compilers that have much memory, if there is one; each at its first attempt
   * only, for a third one that fails fails for good.
   */
  void killOne() {
    List<ProcessHandle> victims = new ArrayList<>();
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      String unit = unit(process);
      if (unit.startsWith(dibs.folder().toString())) {
        Set<Long> pids = attempts.computeIfAbsent(unit, first -> new HashSet<>());
        pids.add(process.pid());
        if (pids.size() == 1 && pages(process) >= VICTIM_PAGES_MIN) {
          victims.add(process);
        }
      }
    }
    if (!victims.isEmpty() && (!isEnforced() || kernelKillsSomebody())) {
      long victim = victims.get(random.nextInt(victims.size())).pid();
      killed += Processes.signalIfAlive("KILL", victim) ? 1 : 0;
    }
  }

  /** What it compiles; empty if it has gone, or is no compiler. */
  private static String unit(ProcessHandle eater) {
    if (Processes.name(eater.pid()).filter("eater"::equals).isEmpty()) {
      return "";
    }
    try {
      Path folder = Files.readSymbolicLink(Path.of("/proc", Long.toString(eater.pid()), "cwd"));
      return eater
          .parent()
          .map(Processes::describe)
          .filter(parent -> parent.contains(" -c "))
          .map(parent -> folder + parent.substring(parent.indexOf(" -c ")))
          .orElse("");
    } catch (IOException gone) {
      return "";
    }
  }

  private static long pages(ProcessHandle process) {
    try {
      Path statm = Path.of("/proc", Long.toString(process.pid()), "statm");
      return Long.parseLong(Files.readString(statm).split(" ", 3)[1]);
    } catch (IOException gone) {
      return 0;
    }
  }

  /** The kernel says that it killed, not whom: so somebody is sacrificed in a cgroup of its own. */
  private boolean kernelKillsSomebody() {
    long before = MemoryCgroup.kernelKills();
    try (MemoryCgroup small = MemoryCgroup.limitedTo(8).orElseThrow()) {
      dibs.command(small.start(List.of("eater", "64", "0"))).end();
    }
    return MemoryCgroup.kernelKills() > before;
  }

  boolean isComplete() {
    return IntStream.range(0, BUILDS)
        .allMatch(
            build ->
                IntStream.range(0, units)
                    .allMatch(
                        unit ->
                            Files.exists(
                                dibs.folder().resolve("build" + build + "/u" + unit + ".o"))));
  }

  @Override
  public void close() {
    List<ProcessHandle> daemon = dibs.ofTheDaemon();
    dibs.inThisWorld().stream()
        .filter(process -> !daemon.contains(process))
        .forEach(ProcessHandle::destroyForcibly);
    cgroup.ifPresent(MemoryCgroup::close);
  }
}
