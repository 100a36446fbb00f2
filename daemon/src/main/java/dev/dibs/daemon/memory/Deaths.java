package dev.dibs.daemon.memory;

import dev.dibs.host.OomKills;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Remembers whose jobs were killed for want of memory: by us, or by the kernel, which says only
 * that it killed somebody. So a job counts as the kernel's if it had much and somebody was killed
 * while it ran; else who kills a job by hand would see it again. For the loop's thread only.
 */
final class Deaths implements Rescues {

  /** Attempts of a job, the last one alone. */
  private static final int ATTEMPTS_MAX = 3;

  /** Who remembers more holders than this forgets the eldest. */
  private static final int REMEMBERED_MAX = 1_000;

  /** What a job must have had at least for the kernel to kill it among others, MiB. */
  private static final int KERNELS_MIB_MIN = 16;

  /**
   * A job of a holder.
   *
   * @param kills what the kernel had killed when the job began; -1: nobody knows
   */
  private record Job(long startTicks, int peakMib, boolean ours, long kills) {}

  private final Map<Integer, Job> jobs =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Job> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  /** A job is being killed by us. */
  void rescued(int pid, int peakMib) {
    note(pid, peakMib, true, -1);
  }

  /**
   * A job is over, in whatever way.
   *
   * @param kills what the kernel had killed when it began
   */
  void ended(int pid, int peakMib, OptionalLong kills) {
    Job known = jobs.get(pid);
    if (peakMib >= KERNELS_MIB_MIN && (known == null || !known.ours)) {
      note(pid, peakMib, false, kills.orElse(-1));
    }
  }

  private void note(int pid, int peakMib, boolean ours, long kills) {
    long startTicks = startTicks(pid);
    if (startTicks >= 0) {
      jobs.remove(pid);
      jobs.put(pid, new Job(startTicks, peakMib, ours, kills));
    }
  }

  @Override
  public Verdict verdict(int pid, int attempt) {
    Job job = jobs.remove(pid);
    boolean memory =
        job != null && job.startTicks == startTicks(pid) && (job.ours || isKernels(job));
    if (!memory) {
      return new Verdict.NotOurs();
    }
    return attempt >= ATTEMPTS_MAX
        ? new Verdict.FailedAlone(job.peakMib)
        : new Verdict.RunAgain(2 * job.peakMib);
  }

  private static boolean isKernels(Job job) {
    return job.kills >= 0 && killsNow().orElse(job.kills) > job.kills;
  }

  /** How many the kernel has killed; empty where it does not say. */
  static OptionalLong killsNow() {
    try {
      return OomKills.count();
    } catch (OsException unreadable) {
      return OptionalLong.empty();
    }
  }

  /** When a living process started, or -1. */
  private static long startTicks(int pid) {
    try {
      return Proc.stat(pid).filter(stat -> !stat.isOver()).map(ProcessStat::startTicks).orElse(-1L);
    } catch (OsException unreadable) {
      return -1;
    }
  }
}
