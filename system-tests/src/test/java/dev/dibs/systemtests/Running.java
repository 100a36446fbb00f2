package dev.dibs.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A command that was started.
 *
 * @param command its words, for messages
 * @param out where its stdout goes
 * @param err where its stderr goes
 */
record Running(String command, Process process, Path out, Path err) {
  long pid() {
    return process.pid();
  }

  boolean isOver() {
    return !process.isAlive();
  }

  /** Blocks until it is over. */
  Ended end() {
    return endWithin(Until.DEADLINE);
  }

  /**
   * Blocks until it is over.
   *
   * @throws AssertionError with what it said when it is not by the deadline; it is killed then
   */
  Ended endWithin(Duration deadline) {
    if (!waitFor(deadline)) {
      kill();
      throw new AssertionError("not over within " + deadline + ": " + command + "\n" + said());
    }
    return new Ended(process.exitValue(), Texts.read(out), Texts.read(err));
  }

  /** Blocks until its stdout contains a text. */
  Running says(String text) {
    Until.holds(
        () -> "'" + text + "' from " + command + "\n" + said(),
        () -> Texts.read(out).contains(text),
        Until.DEADLINE);
    return this;
  }

  /** Writes a line to its stdin. */
  void say(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void closeInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL to it alone. */
  void kill() {
    process.destroyForcibly();
  }

  /** SIGKILL to it and to all that it started and that is still below it. */
  void killAll() {
    handles().forEach(ProcessHandle::destroyForcibly);
  }

  /** A signal to it and to all that it started and that is still below it. */
  void signalAll(String name) {
    tree().forEach(pid -> Processes.signal(name, pid));
  }

  /** It and all that it started and that is still below it. */
  List<Long> tree() {
    return handles().stream().map(ProcessHandle::pid).toList();
  }

  /** Of one that is over, nothing: its number may be another's by now, with children of its own. */
  private List<ProcessHandle> handles() {
    return isOver()
        ? List.of()
        : Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
  }

  String said() {
    return Texts.read(out) + Texts.read(err);
  }

  private boolean waitFor(Duration deadline) {
    try {
      return process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
