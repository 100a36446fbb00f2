package dev.dibs.daemon.memory;

import dev.dibs.core.Event;
import dev.dibs.core.history.Ending;
import dev.dibs.daemon.learned.PeakListener;
import dev.dibs.daemon.learned.Units;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/** Remembers nothing of what claims used. */
@NullMarked
final class Forgetting implements PeakListener {

  @Override
  public void looked(long nowMs, List<Event.Usage> usages, List<Units.Living> compilers) {}

  @Override
  public void compilersEnded(List<Units.Ended> compilers) {}

  @Override
  public void ended(long claim, int peakMib, long durationMs, Ending how) {}

  @Override
  public void outOfMemory(long claim, int peakMib) {}
}
