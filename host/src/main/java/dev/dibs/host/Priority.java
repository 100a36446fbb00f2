package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Ways to put a process behind all others. What it starts later is behind them too. None needs a
 * privilege, and none is taken back.
 */
public final class Priority {

  private static final int SCHED_IDLE = 5;
  private static final int IOPRIO_WHO_PROCESS = 1;
  private static final int IOPRIO_CLASS_IDLE = 3 << 13;
  private static final int O_WRONLY = 1;
  private static final int SCORE_BYTES_MAX = 32;

  private Priority() {}

  /**
   * Has it run where nothing else wants the CPU ({@code SCHED_IDLE}, sched(7)).
   *
   * @throws OsException ESRCH if it has gone, EPERM if it is not ours to change
   */
  public static void idleCpu(int pid) throws OsException {
    MemorySegment priority = Scratch.mine().struct;
    priority.set(JAVA_INT, 0, 0);
    long result = Kernel.call(Syscall.SCHED_SETSCHEDULER, pid, SCHED_IDLE, priority.address());
    check("sched_setscheduler", result, pid);
  }

  /**
   * Has it read and write where nothing else wants the disk ({@code IOPRIO_CLASS_IDLE}, for
   * schedulers of disks that know of such).
   *
   * @throws OsException as {@link #idleCpu}
   */
  public static void idleDisk(int pid) throws OsException {
    long result = Kernel.call(Syscall.IOPRIO_SET, IOPRIO_WHO_PROCESS, pid, IOPRIO_CLASS_IDLE);
    check("ioprio_set", result, pid);
  }

  /**
   * Has the kernel, when memory runs out, end it before others.
   *
   * @param score -1000 to 1000, where 0 is usual; a higher one that it has already stays
   * @throws OsException if it has gone or is not ours to change
   */
  public static void endBeforeOthers(int pid, int score) throws OsException {
    String path = "/proc/" + pid + "/oom_score_adj";
    Optional<byte[]> before = KernelFile.read(path, SCORE_BYTES_MAX);
    if (before.isPresent() && number(before.get()) >= score) {
      return;
    }
    byte[] text = Integer.toString(score).getBytes(StandardCharsets.US_ASCII);
    try (Descriptor file = Descriptor.open(path, O_WRONLY)) {
      MemorySegment buffer = Scratch.mine().buffer();
      MemorySegment.copy(text, 0, buffer, JAVA_BYTE, 0, text.length);
      long result = Kernel.call(Syscall.WRITE, file.number(), buffer.address(), text.length);
      check("write " + path, result, pid);
    }
  }

  private static int number(byte[] text) {
    return Integer.parseInt(new String(text, StandardCharsets.US_ASCII).strip());
  }

  private static void check(String call, long result, int pid) throws OsException {
    if (result < 0) {
      throw OsException.failed(call, result, "pid " + pid);
    }
  }
}
