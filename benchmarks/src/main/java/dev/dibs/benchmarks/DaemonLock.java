package dev.dibs.benchmarks;

import java.io.IOException;
import java.util.List;

/**
 * Locks of the daemon, by the Java library on an open connection, against {@code flock(2)}: as
 * {@link ProcessLock}.
 */
final class DaemonLock implements Main.Benchmark {
  private static final double ALONE_US_MAX = 60;

  @Override
  public List<Row> measure() throws IOException, InterruptedException {
    try (World world = new World(2)) {
      return ProcessLock.rows("lock of the daemon", "daemon", world.folder(), ALONE_US_MAX);
    }
  }
}
