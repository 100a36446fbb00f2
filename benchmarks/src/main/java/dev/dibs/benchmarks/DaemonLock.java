package dev.dibs.benchmarks;

import dev.dibs.benchmarks.Row.Bounded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Locks of the daemon, by the Java library on an open connection, against {@code flock(2)}: as
 * {@link ProcessLock}. Beside it what is left of a handover if a C program does as little as
 * possible in the daemon's place.
 */
final class DaemonLock implements Main.Benchmark {
  private static final double ALONE_US_MAX = 60;

  @Override
  public List<Row> measure() throws IOException, InterruptedException {
    try (World world = new World(2)) {
      List<Row> rows = new ArrayList<>();
      rows.addAll(ProcessLock.rows("lock of the daemon", "daemon", world.folder(), ALONE_US_MAX));
      rows.add(relayed(world));
      return rows;
    }
  }

  private static Row relayed(World world) throws IOException, InterruptedException {
    Process relay = Relay.start(world.folder());
    try {
      double[] us = Handover.mediansUs(world.folder(), "relay", "flock");
      return new Row("the same by a C program, us (p50)", us[0], us[1], 0, Bounded.NONE);
    } finally {
      relay.destroyForcibly();
      int unused = relay.waitFor();
    }
  }
}
