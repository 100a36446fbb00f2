package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One test's world: a pool of its own in a directory of its own, a project folder, and every
 * command started in it. It ends with the test, or {@link #kept} is for the next test of the class.
 * A process that outlives it fails the test.
 *
 * <pre>{@code
 * @RegisterExtension final Dibs dibs = Dibs.withPool(2);
 *
 * dibs.dibs("run", "--", "make", "-j").end().well();
 * assertThat(dibs.count().peak()).isLessThanOrEqualTo(2);
 * }</pre>
 */
final class Dibs implements BeforeEachCallback, AfterEachCallback {
  /**
   * In the environment of all that is started in a world but the daemon, which names its directory
   * as an argument.
   */
  private static final String WORLD = "DIBS_TEST_WORLD";

  /** Of a status, what is there only while somebody has something, or more pools than cpu. */
  private static final Pattern IN_USE = Pattern.compile("^/(claims|once|locks|pools/1)/");

  /** More than it takes until who was killed is gone and the daemon knows. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private static final List<String> OTHERS =
      List.of("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "CARGO_MAKEFLAGS");

  private final int pool;
  private final List<Running> started = new CopyOnWriteArrayList<>();
  private Path home = Path.of("/nonexistent");
  private boolean overFifos;
  private boolean kept;
  private OptionalLong inherited = OptionalLong.empty(); // daemon

  private Dibs(int pool) {
    this.pool = pool;
  }

  /** A world whose pool has some slots. */
  static Dibs withPool(int slots) {
    return new Dibs(slots);
  }

  /** Has tokens in FIFOs, as on a machine without a file system of ours. */
  Dibs overFifos() {
    overFifos = true;
    return this;
  }

  /**
   * Is handed on to the next test of the class while it is as it was, but for a daemon that serves
   * and whose pool is free: most of what a short test costs is a daemon's start. For tests that
   * don't depend on how the daemon was started, nor on what it has seen.
   */
  Dibs kept() {
    kept = true;
    return this;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    Optional<Path> left = kept ? KeptWorlds.take(context) : Optional.empty();
    left.ifPresentOrElse(this::goOnIn, this::begin);
  }

  private void begin() {
    try {
      goOnIn(Files.createTempDirectory("dibs-test"));
      Texts.folder(folder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void goOnIn(Path world) {
    home = world;
    inherited = daemon();
  }

  /**
   * A world of the test's own, from now on: for what needs a daemon that is started in its own way,
   * or none.
   */
  void fresh() {
    kept = false;
    if (Files.exists(directory())) {
      end();
      begin();
    }
  }

  // --- starting things ---

  /** {@code ./dibs} with arguments, in the project folder. */
  Command dibs(String... arguments) {
    List<String> words = new ArrayList<>(List.of(Programs.dibs().toString()));
    words.addAll(List.of(arguments));
    return command(words);
  }

  /** A command of this world without dibs before it. */
  Command plain(String... words) {
    return command(List.of(words));
  }

  /** {@code dibs run -- sh -c SCRIPT}. */
  Command runScript(String script) {
    return dibs("run", "--", "sh", "-c", script);
  }

  /** As {@link #dibs} or, with no dibs, {@link #plain}. */
  Command command(List<String> words) {
    Command command = new Command(this, words).in(folder());
    clean(command);
    if (overFifos) {
      command.with("DIBS_ENDPOINT", "fifo");
    }
    return command
        .onPath(Programs.folder())
        .with(WORLD, home.toString())
        .with("DIBS_DIR", directory().toString())
        .with("DIBS_POOL_SIZE", Integer.toString(pool))
        .with("COUNTED_LOG", log().toString())
        .with("COUNTED_CPU_MS", "15");
  }

  private static void clean(Command command) {
    OTHERS.forEach(command::without);
    System.getenv().keySet().stream()
        .filter(name -> name.startsWith("DIBS") || name.startsWith("CMAKE_"))
        .forEach(command::without);
  }

  /** A run that holds its slot until {@link Running#closeInput}; blocks until it has it. */
  Running holder(String... options) {
    List<String> words = new ArrayList<>(List.of("run"));
    words.addAll(List.of(options));
    words.addAll(List.of("--", "sh", "-c", "echo held; exec cat"));
    return dibs(words.toArray(String[]::new)).piped().start().says("held");
  }

  /** As {@link #holder}, but a job. */
  Running jobHolder() {
    return dibs("job", "--", "sh", "-c", "echo held; exec cat").piped().start().says("held");
  }

  // --- looking ---

  /** The project folder: where commands start. */
  Path folder() {
    return home.resolve("project");
  }

  /** DIBS_DIR. */
  Path directory() {
    return home.resolve("dibs");
  }

  /** A file of the world that no other call gets. */
  Path newFile(String name) {
    try {
      return Files.createTempFile(home, name, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where {@code counted} logs unless COUNTED_LOG says otherwise. */
  Path log() {
    return home.resolve("counted.log");
  }

  /** What was counted so far. */
  Count count() {
    return count(log());
  }

  /**
   * What was counted in another log, over a window of {@link System#nanoTime} or from first to
   * last.
   */
  Count count(Path log, long... windowNs) {
    Stream<String> window = Arrays.stream(windowNs).mapToObj(Long::toString);
    List<String> words =
        Stream.concat(Stream.of(Programs.folder() + "/counted", "--report", log.toString()), window)
            .toList();
    return Count.of(command(words).end().well().out());
  }

  /** When more jobs than so many ran at once, and which. */
  List<Excess> above(int limit) {
    String counted = Programs.folder() + "/counted";
    return plain(counted, "--above", log().toString(), Integer.toString(limit))
        .end()
        .well()
        .out()
        .lines()
        .map(Excess::of)
        .toList();
  }

  /** The pid in DIR/daemon, if there is one and it is alive in this world. */
  OptionalLong daemon() {
    return announced(0);
  }

  /** The pid of the daemon's supervisor, likewise. */
  OptionalLong supervisor() {
    return announced(3);
  }

  /** The pid of the process that takes the supervisor's place, likewise. */
  OptionalLong keeper() {
    return announced(4);
  }

  private OptionalLong announced(int word) {
    Path file = directory().resolve("daemon");
    try {
      long pid = Long.parseLong(Files.readString(file).strip().split(" ", -1)[word]);
      boolean isOurs = Processes.wasStartedWith(pid, this::isWorld, this::isBelow);
      return isOurs ? OptionalLong.of(pid) : OptionalLong.empty();
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return OptionalLong.empty();
    }
  }

  /** Starts the daemon if there is none, and gives its pid. */
  long startedDaemon() {
    dibs("run", "--", "true").end().well();
    return daemon().orElseThrow(() -> new AssertionError("no daemon in " + directory()));
  }

  /** All living processes that were started in this world, the daemon included. */
  List<ProcessHandle> inThisWorld() {
    return Processes.startedWith(this::isWorld, this::isBelow);
  }

  private boolean isWorld(String variable) {
    return variable.equals(WORLD + "=" + home);
  }

  private boolean isBelow(String argument) {
    return argument.startsWith(home + "/dibs");
  }

  /** SIGKILL to the daemon; blocks until it is gone, whether or not there is another by then. */
  void killDaemon() {
    long killed = daemon().orElseThrow();
    Processes.signal("KILL", killed);
    Until.holds("the end of the daemon", () -> daemon().orElse(0) != killed);
  }

  /**
   * SIGKILL to the daemon, its supervisor and its keeper at once, so that nobody takes over; blocks
   * until they are gone.
   */
  void killAllOfTheDaemon() {
    killAtOnce(supervisor(), keeper(), daemon());
  }

  /** SIGKILL to the daemon's supervisor and its keeper: nobody looks after the daemon any more. */
  void killGuards() {
    killAtOnce(supervisor(), keeper());
  }

  /** SIGKILL to each JVM that is started, before it serves, until the supervisor gives up. */
  void killUntilGivenUp() {
    Until.holds(
        "the supervisor to give up",
        () -> {
          ofTheDaemon().stream()
              .filter(p -> Processes.name(p.pid()).filter("java"::equals).isPresent())
              .forEach(ProcessHandle::destroyForcibly);
          return supervisor().isEmpty();
        });
  }

  /** They are stopped first, or one might do something about the end of another. */
  private static void killAtOnce(OptionalLong... who) {
    long[] pids = Stream.of(who).flatMapToLong(OptionalLong::stream).toArray();
    Processes.signalAll("STOP", pids);
    Processes.signalAll("KILL", pids);
    Until.holds("their end", () -> LongStream.of(pids).allMatch(Processes::hasEnded));
  }

  /** The daemon, its supervisor and its keeper, if they live, announced or not. */
  List<ProcessHandle> ofTheDaemon() {
    return Processes.startedWith(
        variable -> false, argument -> argument.startsWith(directory().toString()));
  }

  Running remember(Running running) {
    started.add(running);
    return running;
  }

  // --- the end ---

  @Override
  public void afterEach(ExtensionContext context) {
    started.forEach(Running::killAll);
    if (kept && context.getExecutionException().isEmpty() && isAsItWas()) {
      Texts.removeAll(folder());
      Texts.folder(folder());
      Texts.removeAll(log());
      KeptWorlds.leave(context, home, this::end);
    } else {
      end();
    }
  }

  /** But for a daemon that serves, the same if there was one. */
  private boolean isAsItWas() {
    return daemon().isPresent()
        && (inherited.isEmpty() || inherited.equals(daemon()))
        && Until.becomesTrue(this::isOnlyTheDaemonLeft, SOON)
        && Until.becomesTrue(this::isPoolFree, SOON);
  }

  private boolean isOnlyTheDaemonLeft() {
    Set<Long> left = inThisWorld().stream().map(ProcessHandle::pid).collect(Collectors.toSet());
    Stream.of(daemon(), supervisor(), keeper()).forEach(pid -> pid.ifPresent(left::remove));
    return left.isEmpty();
  }

  /** Blocks until what was held by those that ended is free. */
  void awaitFreePool() {
    Until.holds("a free pool", this::isPoolFree);
  }

  /** And has its size, and nobody else anything either. */
  private boolean isPoolFree() {
    Ended asked = dibs("status", "--json").end();
    Map<String, String> status = asked.status() == 0 ? Json.scalars(asked.out()) : Map.of();
    return "0".equals(status.get("/pools/0/used"))
        && Integer.toString(pool).equals(status.get("/pools/0/size"))
        && status.keySet().stream().noneMatch(IN_USE.asPredicate());
  }

  private void end() {
    stop();
    List<String> survivors = survivors();
    Mounts.removeBelow(home);
    Texts.removeAll(home);
    assertThat(survivors).as("processes that outlived their world").isEmpty();
  }

  private void stop() {
    if (Files.exists(directory().resolve("daemon"))) {
      Running stop = dibs("stop", "--force").start();
      Until.becomesTrue(stop::isOver, Duration.ofSeconds(15));
      stop.kill();
    }
    endDaemon();
  }

  private void endDaemon() {
    supervisor().ifPresent(pid -> Processes.signalIfAlive("TERM", pid));
    daemon().ifPresent(pid -> Processes.signalIfAlive("TERM", pid));
  }

  /** A daemon that was started beside another may have waited until that one was stopped. */
  private boolean isOver() {
    boolean over = inThisWorld().isEmpty();
    if (!over) {
      endDaemon();
    }
    return over;
  }

  private List<String> survivors() {
    Until.becomesTrue(this::isOver, Duration.ofSeconds(10));
    List<ProcessHandle> left = inThisWorld();
    List<String> described = left.stream().map(Processes::describe).toList();
    Until.holds("the end of " + described, this::endsAfterAKill); // a keeper starts others
    return described;
  }

  private boolean endsAfterAKill() {
    List<ProcessHandle> left = inThisWorld();
    left.forEach(ProcessHandle::destroyForcibly);
    return left.isEmpty();
  }
}
