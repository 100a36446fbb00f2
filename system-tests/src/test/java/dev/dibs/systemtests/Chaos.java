package dev.dibs.systemtests;

import dev.dibs.systemtests.Toll.Victim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Projects that are built again and again, each by a thread of its own, while a seeded schedule
 * kills whole builds, processes of builds, the daemon and its supervisor.
 *
 * <p>A process that is about to be killed is entered in the log of what was counted, so that it
 * counts until then: whoever gets its slot may start before anybody sees it dead.
 */
final class Chaos {
  private static final Duration BUILD_DEADLINE = Duration.ofSeconds(60);
  private static final int PAUSE_MS_MAX = 400;
  private static final List<Victim> VICTIMS =
      List.of(
          Victim.ROOT,
          Victim.ROOT,
          Victim.PART_OF_A_BUILD,
          Victim.PART_OF_A_BUILD,
          Victim.WHOLE_BUILD,
          Victim.WHOLE_BUILD,
          Victim.DAEMON,
          Victim.DAEMON,
          Victim.DAEMON,
          Victim.SUPERVISOR,
          Victim.DAEMON_AND_SUPERVISOR);

  private final Dibs world;
  private final Random random;
  private final DaemonKiller daemonKiller;
  private final Toll toll = new Toll();
  private final Chronicle chronicle = new Chronicle();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Map<Integer, ChaosBuild> underWay = new ConcurrentHashMap<>();
  private final Set<Integer> doomed = ConcurrentHashMap.newKeySet();
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger unharmed = new AtomicInteger();
  private final List<Thread> builders = new ArrayList<>();
  private volatile boolean enough;

  Chaos(Dibs world, long seed) {
    this.world = world;
    this.random = new Random(seed);
    this.daemonKiller = new DaemonKiller(world);
  }

  /** Starts to build each of the projects again and again. */
  void build(List<Project> projects) {
    for (Project project : projects) {
      builders.add(Thread.ofPlatform().name(project.name()).start(() -> buildOften(project)));
    }
  }

  /** Kills at random for some time, or until something failed. */
  void kill(Duration length) {
    long endNs = System.nanoTime() + length.toNanos();
    while (System.nanoTime() < endNs && failures.isEmpty()) {
      pause();
      killOne(VICTIMS.get(random.nextInt(VICTIMS.size())));
    }
  }

  /** Kills the daemon with its supervisor; whether it was there. */
  boolean killDaemonAndSupervisor() {
    boolean killed = daemonKiller.killBoth();
    if (killed) {
      note(Victim.DAEMON_AND_SUPERVISOR, "");
    }
    return killed;
  }

  /** Lets the builds that are under way end, and no other begin. */
  void end() {
    enough = true;
    for (Thread builder : builders) {
      try {
        builder.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** What went wrong. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  Toll toll() {
    return toll;
  }

  /** How many builds that nobody killed went well. */
  int unharmed() {
    return unharmed.get();
  }

  /** What happened when. */
  Chronicle chronicle() {
    return chronicle;
  }

  @Override
  public String toString() {
    return "%d builds, %d unharmed; killed: %s".formatted(started.get(), unharmed.get(), toll);
  }

  // --- building ---

  private void buildOften(Project project) {
    while (!enough && failures.isEmpty()) {
      try {
        buildOnce(project);
      } catch (RuntimeException | AssertionError e) {
        failures.add(project + ": " + e);
      }
    }
  }

  private void buildOnce(Project project) {
    ChaosBuild build = ChaosBuild.start(started.incrementAndGet(), project, world);
    underWay.put(build.number(), build);
    chronicle.note(build + " began");
    try {
      Ended end = build.running().endWithin(BUILD_DEADLINE);
      underWay.remove(build.number());
      chronicle.note(build + " ended with " + end.status());
      if (!doomed.contains(build.number())) {
        judge(build, end);
        Texts.removeAll(build.folder());
      }
    } finally {
      underWay.remove(build.number());
    }
  }

  private void judge(ChaosBuild build, Ended end) {
    if (end.status() != 0 || !build.project().isComplete(build.folder())) {
      failures.add(build + " failed, status " + end.status() + "\n" + end.out() + end.err());
    } else if (end.err().contains("without dibs")) {
      failures.add(build + " went without dibs:\n" + end.err());
    } else {
      unharmed.incrementAndGet();
    }
  }

  // --- killing ---

  private void pause() {
    LockSupport.parkNanos(Duration.ofMillis(random.nextInt(PAUSE_MS_MAX)).toNanos());
  }

  private void killOne(Victim victim) {
    switch (victim) {
      case DAEMON -> noteIf(daemonKiller.killDaemon(), victim);
      case SUPERVISOR -> noteIf(daemonKiller.killSupervisor(), victim);
      case DAEMON_AND_SUPERVISOR -> noteIf(daemonKiller.killBoth(), victim);
      case ROOT, PART_OF_A_BUILD, WHOLE_BUILD -> killInBuild(victim);
    }
  }

  private void killInBuild(Victim victim) {
    List<ChaosBuild> builds = List.copyOf(underWay.values());
    if (builds.isEmpty()) {
      return;
    }
    ChaosBuild build = builds.get(random.nextInt(builds.size()));
    doomed.add(build.number());
    note(victim, build.toString());
    switch (victim) {
      case ROOT -> kill(build.running().process().toHandle());
      case PART_OF_A_BUILD -> {
        List<ProcessHandle> all = build.processes();
        if (!all.isEmpty()) {
          killTree(all.get(random.nextInt(all.size())));
        }
      }
      default -> killAll(build);
    }
  }

  /**
   * At one moment: whoever may start another is stopped first, and dies after what it started.
   * (What a member of a run started and left alive would go on without its slot, if only until this
   * thread gets around to it.)
   */
  private void killTree(ProcessHandle top) {
    Set<ProcessHandle> tree = new LinkedHashSet<>(List.of(top));
    Set<ProcessHandle> running = tree;
    while (!running.isEmpty()) {
      running.forEach(process -> Processes.signalIfAlive("STOP", process.pid()));
      Set<ProcessHandle> found = top.descendants().collect(Collectors.toSet());
      found.removeAll(tree);
      tree.addAll(found);
      running = found;
    }
    List.copyOf(tree).reversed().forEach(this::kill);
  }

  /** Until nobody is left who could start another. */
  private void killAll(ChaosBuild build) {
    List<ProcessHandle> all = build.processes();
    while (!all.isEmpty()) {
      all.forEach(this::kill);
      all = build.processes().stream().filter(ProcessHandle::isAlive).toList();
    }
  }

  private void kill(ProcessHandle process) {
    if (process.isAlive()) {
      String line = "K " + System.nanoTime() + " " + process.pid() + "\n";
      process.destroyForcibly();
      append(line);
    }
  }

  private void append(String line) {
    try {
      Files.writeString(world.log(), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // --- telling ---

  private void noteIf(boolean killed, Victim victim) {
    if (killed) {
      note(victim, "");
    }
  }

  private void note(Victim victim, String whose) {
    toll.add(victim);
    chronicle.note("KILL " + victim + " " + whose);
  }
}
