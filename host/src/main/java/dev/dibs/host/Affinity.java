package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * The CPUs on which the scheduler may run a process, by their numbers. What a process starts has
 * the same; threads that it has already do not follow when its own are changed.
 */
public final class Affinity {

  // The kernel refuses to read into less than its own mask, whose size nobody tells.
  private static final int MASK_BYTES_MIN = 1024;
  private static final int MASK_BYTES_MAX = 64 * 1024;

  private Affinity() {}

  /**
   * That of a living process, in a set of the caller's own: never empty.
   *
   * @throws OsException ESRCH if there is none
   */
  public static BitSet of(int pid) throws OsException {
    long result = -Errno.EINVAL.number();
    for (int size = MASK_BYTES_MIN; size <= MASK_BYTES_MAX; size *= 2) {
      MemorySegment mask = Scratch.mine().buffer();
      result = Kernel.call(Syscall.SCHED_GETAFFINITY, pid, size, mask.address());
      if (result > 0) {
        return bits(mask, result);
      }
    }
    throw OsException.failed("sched_getaffinity", result, "pid " + pid);
  }

  /**
   * Keeps a process to these CPUs, as far as its cpuset has them.
   *
   * @throws OsException EINVAL if it may use none of them, EPERM if it is somebody else's, ESRCH if
   *     there is none
   */
  public static void set(int pid, BitSet cpus) throws OsException {
    long[] words = cpus.toLongArray();
    MemorySegment mask = Scratch.mine().buffer();
    MemorySegment.copy(words, 0, mask, JAVA_LONG, 0, words.length);
    long bytes = (long) words.length * Long.BYTES;
    long result = Kernel.call(Syscall.SCHED_SETAFFINITY, pid, bytes, mask.address());
    if (result < 0) {
      throw OsException.failed("sched_setaffinity", result, "pid " + pid);
    }
  }

  private static BitSet bits(MemorySegment mask, long bytes) {
    return BitSet.valueOf(mask.asSlice(0, bytes).toArray(JAVA_LONG));
  }
}
