package dev.dibs.locks;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that wait in the kernel for a range: one for each range that somebody waits for, kept a
 * while for the next. They can't be interrupted, for an interrupt closes the channel, and with the
 * channel all locks of this JVM would go.
 */
final class KernelWaiters {

  private static final long KEPT_S = 10;
  private static final long STACK_BYTES = 128 * 1024;

  private static final ThreadPoolExecutor THREADS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          KEPT_S,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          KernelWaiter::new);

  private KernelWaiters() {}

  static void start(Runnable wait) {
    THREADS.execute(wait);
  }

  private static final class KernelWaiter extends Thread {

    KernelWaiter(Runnable work) {
      super(null, work, "dibs waits for a lock", STACK_BYTES, false);
      setDaemon(true);
    }

    @Override
    public void interrupt() {}
  }
}
