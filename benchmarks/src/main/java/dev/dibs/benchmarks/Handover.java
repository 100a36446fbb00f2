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

  /** Before it counts; as many as a build has in its first seconds. */
  private static final int WARM_UP = 500;

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
  static double[] mediansUs(Path folder, String... kinds) throws Exception {
    Handover[] all = new Handover[kinds.length];
    try {
      for (int i = 0; i < kinds.length; i++) {
        all[i] = new Handover(kinds[i], folder);
      }
      run(all);
      return medians(all);
    } finally {
      for (Handover each : all) {
        if (each != null) {
          each.close();
        }
      }
    }
  }

  private static void run(Handover[] all) throws Exception {
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
      if (System.getenv("HO") != null) { double[] c = all[i].us.clone(); java.util.Arrays.sort(c); System.out.printf("  p5 %.0f p10 %.0f p25 %.0f p50 %.0f p75 %.0f p90 %.0f%n", c[SAMPLES/20], c[SAMPLES/10], c[SAMPLES/4], c[SAMPLES/2], c[SAMPLES*3/4], c[SAMPLES*9/10]); }
    }
    return medians;
  }

  private double once(int heldMs) throws Exception {
    long[] freedNs = {0};
    lock.around(
        () -> {
          waiter.tell("wait");
          sleep(heldMs);
          freedNs[0] = System.nanoTime();
        });
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
