package dev.dibs.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.DoubleStream;

/**
 * From a holder's release to the moment when a waiter in another process has the lock. The holder
 * holds for a few milliseconds, as a short step of a build does: so the waiter sleeps by then, and
 * so do the processors and whoever stands between the two.
 */
final class Handover implements AutoCloseable {

  /**
   * Before it counts: what is measured is code that is compiled, by the last compiler of the JVMs
   * that wait, in caches that are not warm.
   */
  private static final int WARM_UP = 6_000;

  private static final int SAMPLES = 1_000;
  private static final int WARM_UP_HELD_MS = 1;
  private static final int HELD_MS = 4;

  private final LockPartner.Lock lock;
  private final Partner waiter;
  private final double[] us = new double[SAMPLES];

  private Handover(String kind, Path folder) throws IOException {
    this.lock = LockPartner.open(kind, folder.toString());
    this.waiter = new Partner(kind, folder);
  }

  /**
   * The medians of some kinds of lock, as {@link LockPartner} calls them, in µs. They have their
   * turns one after the other, so that all see the same machine.
   */
  static double[] mediansUs(Path folder, String... kinds) throws IOException, InterruptedException {
    Handover[] all = new Handover[kinds.length];
    try {
      for (int i = 0; i < kinds.length; i++) {
        all[i] = new Handover(kinds[i], folder);
      }
      run(all);
      return medians(all);
    } finally {
      for (Handover each : all) {
        if (each != null) { // it could be started
          each.close();
        }
      }
    }
  }

  private static void run(Handover[] all) throws IOException, InterruptedException {
    for (int i = 0; i < WARM_UP; i++) {
      for (Handover each : all) {
        double unused = each.once(WARM_UP_HELD_MS);
      }
    }
    for (int i = 0; i < SAMPLES; i++) {
      for (Handover each : all) {
        each.us[i] = each.once(HELD_MS);
      }
    }
  }

  private static double[] medians(Handover[] all) {
    double[] medians = new double[all.length];
    for (int i = 0; i < all.length; i++) {
      medians[i] = Samples.of(DoubleStream.of(all[i].us)).median();
    }
    return medians;
  }

  private double once(int heldMs) throws IOException, InterruptedException {
    long[] freedNs = {0};
    try {
      lock.around(
          () -> {
            waiter.tell("wait");
            sleep(heldMs);
            freedNs[0] = System.nanoTime();
          });
    } catch (IOException | InterruptedException | RuntimeException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new IOException(failure);
    }
    return (waiter.answer() - freedNs[0]) / 1000.0;
  }

  private static void sleep(int ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    waiter.close();
  }
}
