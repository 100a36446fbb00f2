package dev.dibs.daemon;

import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.core.Holding;
import java.util.Deque;
import java.util.List;

/** Performs nothing, for tests that look at the books only. */
final class Nobody implements Pool.Performer {

  @Override
  public void changed(List<Holding> holdings) {}

  @Override
  public void perform(Effect effect, Deque<Event> drained, Deque<Event> ended) {}
}
