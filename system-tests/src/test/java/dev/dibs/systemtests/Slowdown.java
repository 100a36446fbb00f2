package dev.dibs.systemtests;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * What company does to times: how much longer than alone a thread takes that never waits. Bounds of
 * times hold for a machine with nothing else to do, and are multiplied by it.
 */
final class Slowdown {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final long beganNs = System.nanoTime();
  private final long usedNs = THREADS.getCurrentThreadCpuTime();

  /** Since this was made, by a thread that has computed ever since; 1 at least. */
  double ofThisThread() {
    long wallNs = System.nanoTime() - beganNs;
    return Math.max(1, (double) wallNs / (THREADS.getCurrentThreadCpuTime() - usedNs));
  }
}
