package dev.dibs.host;

import java.util.concurrent.TimeUnit;

/** This process. */
public final class Self {

  private static final long ORIGIN_NS = System.nanoTime();

  private Self() {}

  /** Its effective user, which owns what it makes. */
  public static int effectiveUid() {
    return (int) Kernel.call(Syscall.GETEUID);
  }

  /** Its process number. */
  public static int pid() {
    return (int) Kernel.call(Syscall.GETPID);
  }

  /** Sets the mask of permissions that new files don't get, and returns the one before. */
  public static int umask(int mask) {
    return (int) Kernel.call(Syscall.UMASK, mask);
  }

  /** Milliseconds on a clock that never goes back and starts near 0 with this process. */
  public static long monotonicMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ORIGIN_NS);
  }
}
