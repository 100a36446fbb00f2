package dev.dibs.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A private pool with a daemon that is up, and a scratch folder; closing it ends and removes all.
 */
final class World implements AutoCloseable {
  private final int slots;
  private final Map<String, String> environment;
  private final Path folder;
  private final List<Process> started = new ArrayList<>();

  World(int slots) throws IOException {
    this(slots, Map.of());
  }

  /**
   * @param environment what the daemon knows besides
   */
  World(int slots, Map<String, String> environment) throws IOException {
    this.slots = slots;
    this.environment = environment;
    this.folder = Files.createTempDirectory("dibs-benchmark");
    output(dibs("run", "--", "true"));
  }

  Path folder() {
    return folder;
  }

  /** The words of a dibs command. */
  static List<String> dibs(String... words) {
    return Stream.concat(Stream.of(System.getenv("DIBS_LAUNCHER")), Stream.of(words)).toList();
  }

  /** The path of a C program. */
  static String program(String name) {
    return System.getenv("DIBS_PROGRAMS") + "/" + name;
  }

  /** The pid of this world's daemon. */
  long daemon() throws IOException {
    return Long.parseLong(Files.readString(directory().resolve("daemon")).split(" ", -1)[0]);
  }

  /** Runs a command and gives its stdout; fails if the command does. */
  String output(List<String> words) throws IOException {
    ProcessBuilder builder = builder(words).redirectOutput(Redirect.PIPE);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException("failed: " + String.join(" ", words));
    }
    return out;
  }

  /** Starts a command that ends with this world at the latest; it may be changed before. */
  Process start(List<String> words, Consumer<ProcessBuilder> change) throws IOException {
    ProcessBuilder builder = builder(words).redirectOutput(Redirect.DISCARD);
    change.accept(builder);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private ProcessBuilder builder(List<String> words) {
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
    builder.redirectInput(new File("/dev/null")).redirectError(Redirect.INHERIT);
    builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
    builder.environment().putAll(environment);
    builder.environment().put("DIBS_DIR", directory().toString());
    builder.environment().put("DIBS_POOL_SIZE", Integer.toString(slots));
    return builder;
  }

  private Path directory() {
    return folder.resolve("dibs");
  }

  @Override
  public void close() throws IOException {
    started.forEach(Process::destroyForcibly);
    started.forEach(process -> process.onExit().join());
    output(dibs("stop", "--force"));
    removeAll(folder);
  }

  /** Removes a folder and all that is in it. */
  static void removeAll(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
