package dev.dibs.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Which byte ranges are locked by what a process has open ({@code /proc/PID/fdinfo}, Linux 4.1):
 * record locks of its own, and those of descriptions, inherited ones included.
 *
 * <pre>
 *   lock: 1: OFDLCK  ADVISORY  WRITE -1 fe:00:131090 4711 4712
 * </pre>
 */
public final class RangesOfProcess {

  private static final String LINE = "lock:";
  private static final int WORDS = 9;
  private static final int MODE = 4;

  /** One that is locked, from this byte on. */
  public record Range(long start, boolean shared) {}

  private RangesOfProcess() {}

  /** Whether a process has a lock in a file that begins just there; false if it can't be seen. */
  public static boolean has(int pid, Path file, long start) {
    Path process = Path.of("/proc", Integer.toString(pid));
    try (DirectoryStream<Path> infos = Files.newDirectoryStream(process.resolve("fdinfo"))) {
      for (Path info : infos) {
        if (read(info).stream().anyMatch(range -> range.start == start)
            && Files.isSameFile(process.resolve("fd").resolve(info.getFileName()), file)) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException gone) {
      return false;
    }
    return false;
  }

  /** What is locked by a descriptor of this process; nothing if that can't be seen. */
  public static List<Range> ofDescription(int number) {
    return read(Path.of("/proc/self/fdinfo", Integer.toString(number)));
  }

  private static List<Range> read(Path info) {
    try {
      return Files.readAllLines(info, StandardCharsets.ISO_8859_1).stream()
          .filter(line -> line.startsWith(LINE))
          .map(line -> line.split("\\s+", -1))
          .filter(words -> words.length == WORDS)
          .map(RangesOfProcess::range)
          .toList();
    } catch (IOException closed) {
      return List.of();
    }
  }

  private static Range range(String[] words) {
    return new Range(Long.parseLong(words[WORDS - 2]), words[MODE].equals("READ"));
  }
}
