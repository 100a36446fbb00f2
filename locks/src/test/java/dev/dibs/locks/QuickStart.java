package dev.dibs.locks;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * How to start hundreds of JVMs of one main class: from jars, interpreted, with a cache of what the
 * class loads, recorded by a first run. That takes a third of the time.
 */
final class QuickStart {

  private final Path folder;
  private final List<String> command;

  private QuickStart(Path folder, List<String> command) {
    this.folder = folder;
    this.command = command;
  }

  /**
   * Records a run.
   *
   * @param folder where jars and cache go
   * @param main ends by itself with these arguments
   */
  static QuickStart train(Path folder, Class<?> main, String... arguments) throws IOException {
    QuickStart start = new QuickStart(folder, ChildJvm.java(jars(folder)));
    start.command.add("-Xint");
    List<String> training = new ArrayList<>(start.command);
    training.add(1, "-XX:AOTCacheOutput=" + folder.resolve("cache"));
    training.add(main.getName());
    training.addAll(List.of(arguments));
    ProcessBuilder quiet = new ProcessBuilder(training).redirectErrorStream(true);
    quiet.redirectOutput(folder.resolve("training").toFile());
    quiet.start().onExit().join();
    return start;
  }

  /** The command up to the main class. */
  List<String> command() {
    List<String> full = new ArrayList<>(command);
    full.add(1, "-XX:AOTCache=" + folder.resolve("cache"));
    full.add(2, "-Xlog:disable"); // without a cache it is slow, and no more
    return full;
  }

  private static String jars(Path folder) throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : ChildJvm.classPath().split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      boolean classes = Files.isDirectory(path);
      entries.add(classes ? jar(path, folder.resolve(entries.size() + ".jar")) : entry);
    }
    return String.join(File.pathSeparator, entries);
  }

  private static String jar(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> all = Files.walk(classes)) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
        Files.copy(each, out);
      }
    }
    return jar.toString();
  }
}
