package dev.dibs.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Folders of runs that an earlier daemon left when it was killed. Those of runs that still live
 * stay: their tools have the FIFOs open, or will open them by name.
 */
final class StaleRuns {

  private StaleRuns() {}

  /** Removes what nobody uses any more. */
  static void remove(Layout layout, Broker broker) throws IOException {
    List<Path> folders = folders(layout);
    folders.removeIf(folder -> broker.liveRun(folder.getFileName().toString()) != null);
    if (folders.isEmpty()) {
      return;
    }
    RunProcesses processes = RunProcesses.now();
    for (Path folder : folders) {
      if (!processes.anybodyIn(folder.getFileName().toString())) {
        Leftovers.deleteTree(folder);
      }
    }
  }

  private static List<Path> folders(Layout layout) throws IOException {
    try (Stream<Path> entries = Files.list(layout.runs())) {
      return entries.collect(Collectors.toCollection(ArrayList::new));
    }
  }
}
