package dev.dibs.cli;

import dev.dibs.locks.LockMode;
import dev.dibs.locks.LockRequest;
import dev.dibs.locks.Priority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the launcher asks for: {@code --directory DIR [--shared] [--wait SECONDS] [--status N]
 * [--no-inherit] [--quiet] [--unless SCRIPT] [--ignored HEX] [--set NAME=VALUE]... [--environment
 * FILE] [--names FILE] NAME... -- COMMAND...}
 *
 * <p>FILE has a name in each line, and is removed when it was read.
 *
 * @param directory the lock directory
 * @param request the names, as they are called for all
 * @param patience how long to wait at most; empty for ever
 * @param timeoutStatus what to end with when the time is over
 * @param inherits whether what the command starts holds the locks too
 * @param quiet whether nothing is said while waiting
 * @param unless a script that is asked under the lock whether there is nothing to be done; may be
 *     empty
 * @param ignored signals that the command finds ignored, bit n - 1 for signal n
 * @param variables what the command's environment has beside ours
 * @param environment what the launcher was started with, for the names that no shell passes on; a
 *     file that is ours to remove
 * @param command the command and its arguments
 */
record LockAloneOptions(
    Path directory,
    LockRequest request,
    Optional<Duration> patience,
    int timeoutStatus,
    boolean inherits,
    boolean quiet,
    String unless,
    long ignored,
    Map<String, String> variables,
    Optional<Path> environment,
    List<String> command) {

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException if they are wrong; the message says how
   */
  static LockAloneOptions parse(List<String> arguments) throws IOException {
    Reader reader = new Reader(arguments);
    reader.readAll();
    return reader.options();
  }

  private static final class Reader {

    private final Deque<String> left;
    private final Map<String, LockMode> names = new TreeMap<>();
    private final Map<String, String> variables = new LinkedHashMap<>();
    private Path directory = Path.of("");
    private Optional<Path> environment = Optional.empty();
    private LockMode mode = LockMode.EXCLUSIVE;
    private Optional<Duration> wait = Optional.empty();
    private int timeoutStatus = 75;
    private boolean inherits = true;
    private boolean quiet;
    private String unless = "";
    private long ignored;

    Reader(List<String> arguments) {
      left = new ArrayDeque<>(arguments);
    }

    void readAll() throws IOException {
      for (String word = next(); !word.equals("--"); word = next()) {
        read(word);
      }
    }

    private void read(String word) throws IOException {
      switch (word) {
        case "--directory" -> directory = Path.of(next());
        case "--shared" -> mode = LockMode.SHARED;
        case "--wait" -> wait = Optional.of(seconds(next()));
        case "--status" -> timeoutStatus = Integer.parseInt(next());
        case "--no-inherit" -> inherits = false;
        case "--quiet" -> quiet = true;
        case "--unless" -> unless = next();
        case "--ignored" -> ignored = Long.parseUnsignedLong(next(), 16);
        case "--set" -> set(next());
        case "--environment" -> environment = Optional.of(Path.of(next()));
        case "--names" -> readNames(Path.of(next()));
        default -> names.put(word, mode);
      }
    }

    private void readNames(Path file) throws IOException {
      Files.readAllLines(file, StandardCharsets.UTF_8).forEach(name -> names.put(name, mode));
      Files.delete(file);
    }

    private void set(String assignment) {
      int equals = assignment.indexOf('=');
      variables.put(assignment.substring(0, equals), assignment.substring(equals + 1));
    }

    private static Duration seconds(String text) {
      return Duration.ofMillis(Math.round(Double.parseDouble(text) * 1000));
    }

    private String next() {
      String word = left.poll();
      if (word == null) {
        throw new IllegalArgumentException("no command given");
      }
      return word;
    }

    LockAloneOptions options() {
      if (left.isEmpty()) {
        throw new IllegalArgumentException("no command given");
      }
      return new LockAloneOptions(
          directory,
          new LockRequest(names, Priority.NORMAL),
          wait,
          timeoutStatus,
          inherits,
          quiet,
          unless,
          ignored,
          variables,
          environment,
          List.copyOf(left));
    }
  }
}
