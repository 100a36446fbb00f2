package dev.dibs.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

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

  private RangesOfProcess() {}

  /** Whether a process has a lock that begins just there; false if it can't be looked at. */
  public static boolean has(int pid, long start) {
    try (DirectoryStream<Path> infos =
        Files.newDirectoryStream(Path.of("/proc", Integer.toString(pid), "fdinfo"))) {
      for (Path info : infos) {
        if (names(info, Long.toString(start))) {
          return true;
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException gone) {
      return false;
    }
    return false;
  }

  private static boolean names(Path info, String start) {
    try {
      return Files.readAllLines(info, StandardCharsets.ISO_8859_1).stream()
          .filter(line -> line.startsWith(LINE))
          .map(line -> line.trim().split("\\s+", -1))
          .anyMatch(words -> words.length > 2 && words[words.length - 2].equals(start));
    } catch (IOException closed) {
      return false;
    }
  }
}
