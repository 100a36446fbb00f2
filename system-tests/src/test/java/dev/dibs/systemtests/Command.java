package dev.dibs.systemtests;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A command that is about to be started in a test's world; stdin is empty unless said. */
final class Command {
  private final Dibs world;
  private final List<String> words;
  private final ProcessBuilder builder;

  Command(Dibs world, List<String> words) {
    this.world = world;
    this.words = words;
    this.builder = new ProcessBuilder(throughEnv(words)).redirectInput(new File("/dev/null"));
  }

  /**
   * The JVM looks for programs on its own PATH, not on the one that it gives to the command, and
   * hands on that it ignores SIGINT if it does, as whatever a script starts in the background; env
   * mends both.
   */
  private static List<String> throughEnv(List<String> words) {
    return Stream.concat(Stream.of("/usr/bin/env", "--default-signal=INT,QUIT"), words.stream())
        .toList();
  }

  Command in(Path folder) {
    builder.directory(folder.toFile());
    return this;
  }

  Command with(String name, String value) {
    builder.environment().put(name, value);
    return this;
  }

  Command with(Map<String, String> environment) {
    builder.environment().putAll(environment);
    return this;
  }

  /**
   * What it starts under {@code counted} stays until so many have run at once, twenty seconds at
   * most: a peak that must be reached is no matter of how busy the machine is.
   */
  Command meeting(int jobs) {
    return with("COUNTED_MEET", Integer.toString(jobs));
  }

  Command without(String name) {
    builder.environment().remove(name);
    return this;
  }

  /** Puts a folder first on the PATH. */
  Command onPath(Path folder) {
    return with("PATH", folder + ":" + builder.environment().get("PATH"));
  }

  Command reading(Path file) {
    builder.redirectInput(file.toFile());
    return this;
  }

  /** Its stdin is a pipe from the test, open until {@link Running#closeInput}. */
  Command piped() {
    builder.redirectInput(Redirect.PIPE);
    return this;
  }

  /** Starts it; returns at once. */
  Running start() {
    Path out = world.newFile("out");
    Path err = world.newFile("err");
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    try {
      return world.remember(new Running(String.join(" ", words), builder.start(), out, err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it and blocks until it is over. */
  Ended end() {
    return start().end();
  }
}
