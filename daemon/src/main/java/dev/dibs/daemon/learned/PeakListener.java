package dev.dibs.daemon.learned;

import dev.dibs.core.Event;
import dev.dibs.core.history.Ending;
import java.util.List;

/** Is told what claims use, by whoever watches their processes. Called by the loop's thread. */
public interface PeakListener {

  /**
   * Somebody looked.
   *
   * @param usages what is in use now, claim by claim
   * @param compilers those that work now, of runs that say nothing of them
   */
  void looked(long nowMs, List<Event.Usage> usages, List<Units.Living> compilers);

  /** Compilers of runs that say nothing of them are over; their runs may be as well. */
  void compilersEnded(List<Units.Ended> compilers);

  /**
   * A claim ended, before it is forgotten.
   *
   * @param peakMib the most that its processes had in use together; 0 if nobody ever looked
   * @param durationMs since it was granted
   * @param how as far as anybody knows
   */
  void ended(long claim, int peakMib, long durationMs, Ending how);

  /** A claim's processes were killed because memory ran out; its end is still to be told. */
  void outOfMemory(long claim, int peakMib);
}
