package dev.dibs.testkit;

import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.core.Holding;
import dev.dibs.core.MemoryView;
import dev.dibs.core.PoolView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A core with somebody in front of it, who looks at what goes in and out, or changes it. */
public abstract class WrappedMachine implements StateMachine {

  /** The one behind. */
  protected final StateMachine real;

  /** In front of this one. */
  protected WrappedMachine(StateMachine real) {
    this.real = real;
  }

  @Override
  public List<Effect> apply(Event event) {
    return real.apply(event);
  }

  @Override
  public List<Holding> takeChanges() {
    return real.takeChanges();
  }

  @Override
  public long nextDeadlineMs() {
    return real.nextDeadlineMs();
  }

  @Override
  public PoolView view() {
    return real.view();
  }

  @Override
  public @Nullable MemoryView memory() {
    return real.memory();
  }
}
