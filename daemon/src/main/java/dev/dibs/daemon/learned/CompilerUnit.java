package dev.dibs.daemon.learned;

import dev.dibs.core.history.Ending;
import dev.dibs.core.history.JobKey;
import dev.dibs.core.history.Sample;
import dev.dibs.host.ProcessStat;
import java.util.Optional;

/** One compiler with all that it started, while it lives. */
final class CompilerUnit {

  /** Of a smaller process the peak between two looks does not matter, MiB. */
  private static final int LARGE_MIB = 16;

  private final JobKey key;
  private final CompilerUnits.Seen root;
  private final CompilerProcesses.Hold hold;
  private long lastMs = -1; // -1: nobody looked
  private boolean shared;
  private int mib;
  private int peakMib;

  // What is seen until the look is over:
  private int summedMib;
  private int largestMib;
  private int largestPid;

  CompilerUnit(JobKey key, CompilerUnits.Seen root, CompilerProcesses.Hold hold) {
    this.key = key;
    this.root = root;
    this.hold = hold;
  }

  long claim() {
    return root.claim();
  }

  int pid() {
    return root.pid();
  }

  long startTicks() {
    return root.startTicks();
  }

  /** What all its processes had in use at the last look, MiB. */
  int mib() {
    return mib;
  }

  /**
   * This process is one of it.
   *
   * @param isHost whether it started somebody who is reckoned with elsewhere
   */
  void has(int pid, int processMib, boolean isHost) {
    summedMib += processMib;
    shared |= isHost;
    if (processMib > largestMib) {
      largestMib = processMib;
      largestPid = pid;
    }
  }

  /** All its processes were seen. */
  void looked(long uptimeMs, CompilerProcesses processes) {
    int largestPeak = largestMib < LARGE_MIB ? 0 : processes.peakMib(largestPid);
    mib = summedMib;
    peakMib = Math.max(peakMib, Math.max(summedMib, largestPeak));
    lastMs = uptimeMs;
    summedMib = 0;
    largestMib = 0;
  }

  /**
   * It is over, at that time the latest. Memory grows while a compiler works: if it was not seen in
   * its second half, what was seen of one that did its work says nothing.
   */
  Optional<Units.Ended> end(long uptimeMs) {
    Ending ending = hold.ending();
    hold.close();
    long seenMs = lastMs - startTicks() * ProcessStat.TICK_MS;
    boolean wellSeen = seenMs >= uptimeMs - lastMs || ending == Ending.FAILED;
    return lastMs < 0 || shared || peakMib == 0 || !wellSeen
        ? Optional.empty()
        : Optional.of(
            new Units.Ended(claim(), key, new Sample(peakMib, Math.max(0, seenMs), ending)));
  }
}
