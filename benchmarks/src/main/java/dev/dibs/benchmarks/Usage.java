package dev.dibs.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a process has used, as {@code /proc} tells. */
final class Usage {
  /** The unit in which the kernel counts processor time. */
  static final double TICK_MS = 10;

  private Usage() {}

  /** Processor time of all its threads, in steps of {@link #TICK_MS}. */
  static double cpuMs(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return TICK_MS * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
  }

  /** Processor time of its first thread, to the nanosecond. */
  static double mainThreadMs(long pid) throws IOException {
    String times = Files.readString(Path.of("/proc/" + pid + "/schedstat"));
    return Long.parseLong(times.split(" ", -1)[0]) / 1e6;
  }

  static double residentMib(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  /** How many files it has open. */
  static long descriptors(long pid) throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return open.count();
    }
  }
}
