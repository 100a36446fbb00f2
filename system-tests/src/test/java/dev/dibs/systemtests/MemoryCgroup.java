package dev.dibs.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A cgroup with a hard limit on memory, v1 or v2, below the one that we are in. Ends with {@link
 * #close}, which waits until nothing is in it any more.
 */
final class MemoryCgroup implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final long MIB = 1024 * 1024;

  private final Path folder;

  private MemoryCgroup(Path folder) {
    this.folder = folder;
  }

  /** One of our own; empty where none may be made. */
  static Optional<MemoryCgroup> limitedTo(int mib) {
    return candidates().stream().flatMap(folder -> made(folder, mib).stream()).findFirst();
  }

  private static List<Path> candidates() {
    String name = "dibs-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    return Texts.read(Path.of("/proc/self/cgroup"))
        .lines()
        .map(line -> line.split(":", 3))
        .flatMap(
            fields ->
                fields[1].equals("memory")
                    ? Stream.of(ROOT.resolve("memory" + fields[2]))
                    : fields[1].isEmpty() ? Stream.of(Path.of(ROOT + fields[2])) : Stream.of())
        .map(own -> own.resolve(name))
        .toList();
  }

  private static Optional<MemoryCgroup> made(Path folder, int mib) {
    try {
      Files.createDirectory(folder);
    } catch (IOException notHere) {
      return Optional.empty();
    }
    MemoryCgroup made = new MemoryCgroup(folder);
    if (made.limit(mib)) {
      return Optional.of(made);
    }
    made.close();
    return Optional.empty();
  }

  /** Sets another limit; whether that was possible. */
  boolean limit(int mib) {
    for (String file : List.of("memory.limit_in_bytes", "memory.max")) {
      try {
        if (Files.exists(folder.resolve(file))) {
          Files.writeString(folder.resolve(file), Long.toString(mib * MIB));
          return true;
        }
      } catch (IOException notOurs) {
        return false;
      }
    }
    return false;
  }

  /** The words by which a command is started in it. */
  List<String> start(List<String> words) {
    String enter = "echo $$ >" + folder + "/cgroup.procs && exec \"$@\"";
    return Stream.concat(Stream.of("sh", "-c", enter, "sh"), words.stream()).toList();
  }

  /** How many in it the kernel has killed for want of memory. */
  long kills() {
    return Stream.of("memory.oom_control", "memory.events")
        .map(folder::resolve)
        .filter(Files::exists)
        .flatMap(file -> Texts.read(file).lines())
        .mapToLong(MemoryCgroup::oomKills)
        .sum();
  }

  /** What a line says of them; others say nothing. */
  private static long oomKills(String line) {
    String name = "oom_kill ";
    return line.startsWith(name) ? Long.parseLong(line.substring(name.length())) : 0;
  }

  @Override
  public void close() {
    Until.holds("nobody in " + folder, this::isRemoved);
  }

  private boolean isRemoved() {
    try {
      Files.deleteIfExists(folder);
      return true;
    } catch (IOException somebodyIsThere) {
      return false;
    }
  }

  /** How many the kernel has killed for want of memory, anywhere. */
  static long kernelKills() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/vmstat"))) {
      return lines.mapToLong(MemoryCgroup::oomKills).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
