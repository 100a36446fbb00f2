package dev.dibs.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reply FIFOs and files whose askers are gone. Those of the living stay: they may wait for an
 * answer that this daemon is to give.
 */
final class StaleReplies {

  private static final Path PROCESSES = Path.of("/proc");

  private StaleReplies() {}

  static void remove(Path replies) throws IOException {
    for (Path reply : entries(replies)) {
      String name = reply.getFileName().toString();
      int dot = name.indexOf('.');
      String pid = dot < 0 ? name : name.substring(0, dot);
      if (!pid.matches("[0-9]+") || !Files.exists(PROCESSES.resolve(pid))) {
        Leftovers.deleteTree(reply);
      }
    }
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }
}
