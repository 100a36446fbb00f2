package dev.dibs.systemtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The process table, as {@code /proc} shows it. */
final class Processes {
  private Processes() {}

  /** All processes with such a variable or such an argument, without zombies. */
  static List<ProcessHandle> startedWith(Predicate<String> variable, Predicate<String> argument) {
    return ProcessHandle.allProcesses()
        .filter(process -> wasStartedWith(process.pid(), variable, argument))
        .toList();
  }

  /** Whether it is one of those. */
  static boolean wasStartedWith(long pid, Predicate<String> variable, Predicate<String> argument) {
    return strings(pid, "environ").anyMatch(variable) || strings(pid, "cmdline").anyMatch(argument);
  }

  /** The name of a process's program, cut to 15 characters by the kernel; none if it is gone. */
  static Optional<String> name(long pid) {
    return text(pid, "comm").map(String::strip);
  }

  /** Name, pid and command line, for messages. */
  static String describe(ProcessHandle process) {
    String arguments = text(process.pid(), "cmdline").orElse("").replace('\0', ' ');
    return process.pid() + " " + name(process.pid()).orElse("gone") + ": " + arguments;
  }

  /**
   * Whether it is gone, or a zombie. Before that it may have no memory any more, and no name, but
   * the kernel still continues whoever is stopped and loses by its end all who cared.
   */
  static boolean hasEnded(long pid) {
    return text(pid, "stat")
        .map(stat -> "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0)
        .orElse(true);
  }

  /** Processor time that a process has used, in clock ticks (10 ms); none if it is gone. */
  static Optional<Long> usedTicks(long pid) {
    return text(pid, "stat")
        .map(stat -> stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1))
        .map(fields -> Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
  }

  /** How many descriptors a process has open. */
  static int descriptors(long pid) {
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return (int) open.count();
    } catch (IOException e) {
      throw new AssertionError("descriptors of " + pid, e);
    }
  }

  /** Sends a signal by its name without SIG, to a process or (negative) to a group. */
  static void signal(String name, long pid) {
    if (!signalIfAlive(name, pid)) {
      throw new AssertionError("no SIG" + name + " for " + pid);
    }
  }

  /** As {@link #signal}; whether there was such a process. */
  static boolean signalIfAlive(String name, long pid) {
    return signalAll(name, pid);
  }

  /** To all of them at once, in this order; whether they were all there. */
  static boolean signalAll(String name, long... pids) {
    String all = Arrays.stream(pids).mapToObj(Long::toString).collect(Collectors.joining(" "));
    try {
      return new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + all + " 2>/dev/null")
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      throw new AssertionError("kill", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The kernel's function in which its main thread waits; empty if it has gone. */
  static Optional<String> waitsFor(long pid) {
    return text(pid, "wchan");
  }

  private static Stream<String> strings(long pid, String file) {
    return text(pid, file).stream().flatMap(text -> Stream.of(text.split("\0", -1)));
  }

  private static Optional<String> text(long pid, String file) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), file));
      return Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
