package dev.dibs.daemon.memory;

import dev.dibs.core.Event;
import dev.dibs.daemon.learned.PeakListener;
import java.util.List;

/** Remembers nothing of what claims used. */
public final class Forgetting implements PeakListener {

  @Override
  public void looked(long nowMs, List<Event.Usage> usages) {}

  @Override
  public void ended(long claim, int peakMib, long durationMs, boolean failedOrKilled) {}

  @Override
  public void outOfMemory(long claim, int peakMib) {}
}
