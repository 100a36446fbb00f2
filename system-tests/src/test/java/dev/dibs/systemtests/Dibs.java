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
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One test's world: a pool of its own in a directory of its own, a project folder, and every
 * command started in it. It ends with the test, and a process that outlives it fails the test.
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

  private static final List<String> OTHERS =
      List.of("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "CARGO_MAKEFLAGS");

  private final int pool;
  private final List<Running> started = new CopyOnWriteArrayList<>();
  private Path home = Path.of("/nonexistent");
  private boolean overFifos;

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

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    home = Files.createTempDirectory("dibs-test");
    Texts.folder(folder());
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
      return inThisWorld().stream().mapToLong(ProcessHandle::pid).filter(p -> p == pid).findAny();
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
    return Processes.startedWith(
        (WORLD + "=" + home)::equals, argument -> argument.startsWith(home + "/dibs"));
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
    Until.holds("the end of the daemon", () -> ofTheDaemon().isEmpty());
  }

  /** SIGKILL to the daemon's supervisor and its keeper: nobody looks after the daemon any more. */
  void killGuards() {
    killAtOnce(supervisor(), keeper());
    Until.holds("the end of the guards", () -> ofTheDaemon().size() == 1);
  }

  /** They are stopped first, or one might do something about the end of another. */
  private static void killAtOnce(OptionalLong... who) {
    long[] pids = Stream.of(who).flatMapToLong(OptionalLong::stream).toArray();
    Processes.signalAll("STOP", pids);
    Processes.signalAll("KILL", pids);
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
