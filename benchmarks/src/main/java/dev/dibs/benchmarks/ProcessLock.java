package dev.dibs.benchmarks;

import dev.dibs.benchmarks.Row.Bounded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Locks without a daemon against {@code flock(2)}, by turns in the same run: taken and given back
 * when nobody else wants it; from the holder's release to the waiter's having it, in another
 * process; and how evenly eight processes get it that want it all the time.
 */
final class ProcessLock implements Main.Benchmark {
  private static final int WARM_UP = 20_000;
  private static final int SAMPLES = 20_000;
  private static final int FIGHTERS = 8;
  private static final int FIGHT_MS = 30_000;
  private static final double ALONE_US_MAX = 10;

  @Override
  public List<Row> measure() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("dibs-benchmark");
    try {
      return rows("lock", "ours", folder, ALONE_US_MAX);
    } finally {
      World.removeAll(folder);
    }
  }

  /** The rows of one kind of lock, as {@link LockPartner} calls it, in a folder. */
  static List<Row> rows(String what, String kind, Path folder, double aloneUsMax)
      throws IOException, InterruptedException {
    try {
      double[] alone = {alone(kind, folder), alone("flock", folder)};
      double[] handover = Handover.mediansUs(folder, kind, "flock");
      double[] fight = {fight(kind, folder), fight("flock", folder)};
      return List.of(
          row(what + ": taken and given back, us (p50)", alone, aloneUsMax, Bounded.OURS),
          row(what + ": handed over to another process, us (p50)", handover, 5, Bounded.RATIO),
          row(what + ": 8 fight for 30 s, share off by a factor of", fight, 2, Bounded.OURS));
    } catch (IOException | InterruptedException | RuntimeException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new IOException(failure);
    }
  }

  private static Row row(String what, double[] values, double bound, Bounded boundIs) {
    return new Row(what, values[0], values[1], bound, boundIs);
  }

  private static double alone(String kind, Path folder) throws Exception {
    LockPartner.Lock lock = LockPartner.open(kind, folder.toString());
    for (int i = 0; i < WARM_UP; i++) {
      lock.around(() -> {});
    }
    double[] us = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      long beganNs = System.nanoTime();
      lock.around(() -> {});
      us[i] = (System.nanoTime() - beganNs) / 1000.0;
    }
    return Samples.of(DoubleStream.of(us)).median();
  }

  /** How far the least or the best served is from an even share. */
  private static double fight(String kind, Path folder) throws Exception {
    List<Partner> partners = new ArrayList<>();
    try {
      for (int i = 0; i < FIGHTERS; i++) {
        partners.add(new Partner(kind, folder));
      }
      partners.forEach(partner -> partner.tell("fight " + FIGHT_MS));
      List<Long> times = new ArrayList<>();
      for (Partner partner : partners) {
        times.add(partner.answer());
      }
      double even = times.stream().mapToLong(Long::longValue).average().orElseThrow();
      double most = times.stream().mapToLong(Long::longValue).max().orElseThrow() / even;
      double least = times.stream().mapToLong(Long::longValue).min().orElseThrow() / even;
      return Math.max(most, 1 / least);
    } finally {
      partners.forEach(Partner::close);
    }
  }
}
