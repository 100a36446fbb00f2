package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/** This process. */
public final class Self {

  private static final int RLIMIT_NOFILE = 7;
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

  /** How many descriptors it may have open at once ({@code ulimit -n}, as the JVM left it). */
  public static int descriptorsMax() throws OsException {
    MemorySegment limit = Scratch.mine().struct;
    long result = Kernel.call(Syscall.PRLIMIT64, 0, RLIMIT_NOFILE, 0, limit.address());
    if (result < 0) {
      throw OsException.failed("prlimit64 NOFILE", result, null);
    }
    long soft = limit.get(JAVA_LONG, 0);
    return soft < 0 ? Integer.MAX_VALUE : (int) Math.min(soft, Integer.MAX_VALUE);
  }

  /** Milliseconds on a clock that never goes back and starts near 0 with this process. */
  public static long monotonicMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ORIGIN_NS);
  }
}
