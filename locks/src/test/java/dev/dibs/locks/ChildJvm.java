package dev.dibs.locks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A JVM of ours to talk to by lines, to stop and to kill. */
public final class ChildJvm implements AutoCloseable {

  private static final int ANSWER_S = 30;
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Threads of the JVM. */
  private static final Set<String> WAKE_BY_THEMSELVES =
      Set.of("VM Thread", "VM Periodic Tas", "Monitor Deflati", "Service Thread");

  static final String END = "(it has ended)";

  private final Process process;
  private final Writer in;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private ChildJvm(Process process) {
    this.process = process;
    this.in = process.outputWriter();
    Thread.ofVirtual().start(this::read);
  }

  /** Starts a class's {@code main} with the class path of this JVM. */
  public static ChildJvm start(Class<?> main, String... arguments) {
    return start(java(classPath()), main, arguments);
  }

  /** The same with a command up to the main class. */
  static ChildJvm start(List<String> java, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(java);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      return new ChildJvm(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** A command that starts a small JVM, up to the main class. */
  static List<String> java(String classPath) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ArrayList<>(
        List.of(
            java,
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xmx64m",
            "-cp",
            classPath));
  }

  /** That of this JVM. */
  static String classPath() {
    String path = System.getProperty("java.class.path");
    return System.getProperty("surefire.test.class.path", path);
  }

  private void read() {
    try (BufferedReader out = process.inputReader()) {
      out.lines().forEach(answers::add);
    } catch (IOException | UncheckedIOException killed) {
      // it says no more
    }
    answers.add(END);
  }

  /** Says a line; does not wait for the answer. */
  public void tell(String line) {
    try {
      in.write(line + "\n");
      in.flush();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  /** Its next answer. */
  public String answer() {
    try {
      return Objects.requireNonNull(answers.poll(ANSWER_S, TimeUnit.SECONDS), "no answer in time");
    } catch (InterruptedException interrupt) {
      throw new IllegalStateException(interrupt);
    }
  }

  /** Whether it has said nothing more. */
  public boolean isSilent() {
    return answers.isEmpty();
  }

  /** Says a line; gives the answer. */
  public String ask(String line) {
    tell(line);
    return answer();
  }

  public long pid() {
    return process.pid();
  }

  /** SIGKILL; back when it is gone. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** SIGSTOP; back when it stands still. */
  public void stop() {
    signal("STOP");
    while (!standsStill()) {
      Thread.onSpinWait();
    }
  }

  /** The signal comes to one thread, and the others run on until that one hears it. */
  private boolean standsStill() {
    Path tasks = Path.of("/proc", Long.toString(pid()), "task");
    try (Stream<Path> all = Files.list(tasks)) {
      return all.allMatch(ChildJvm::isStopped);
    } catch (IOException gone) {
      return true;
    }
  }

  private static boolean isStopped(Path task) {
    try {
      String stat = Files.readString(task.resolve("stat"), StandardCharsets.ISO_8859_1);
      return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
    } catch (IOException gone) {
      return true;
    }
  }

  /**
   * Whether it comes to sleep for so long without waking once, but for what the JVM does by itself;
   * blocks until it has, or the time for that is over.
   */
  boolean sleepsFor(Duration quiet, Duration within) {
    long endNs = System.nanoTime() + within.toNanos();
    long wakings = wakings();
    for (long sinceNs = System.nanoTime(); System.nanoTime() < endNs; ) {
      if (System.nanoTime() - sinceNs > quiet.toNanos()) {
        return true;
      }
      LockSupport.parkNanos(LOOK_NS);
      long now = wakings();
      sinceNs = now == wakings ? sinceNs : System.nanoTime();
      wakings = now;
    }
    return false;
  }

  /** How often its threads have waited for something. */
  private long wakings() {
    Path tasks = Path.of("/proc", Long.toString(pid()), "task");
    try (Stream<Path> all = Files.list(tasks)) {
      return all.mapToLong(ChildJvm::wakings).sum();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private static long wakings(Path task) {
    try {
      Map<String, String> status = new HashMap<>();
      for (String line : Files.readAllLines(task.resolve("status"), StandardCharsets.ISO_8859_1)) {
        String[] field = line.split(":\\s*", 2);
        status.put(field[0], field[1]);
      }
      return WAKE_BY_THEMSELVES.contains(status.get("Name"))
          ? 0
          : Long.parseLong(status.get("voluntary_ctxt_switches"));
    } catch (IOException gone) {
      return 0;
    }
  }

  /** SIGCONT. */
  public void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
