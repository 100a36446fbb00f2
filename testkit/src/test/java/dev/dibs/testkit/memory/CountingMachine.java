package dev.dibs.testkit.memory;

import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.core.Holding;
import dev.dibs.core.MemoryView;
import dev.dibs.core.PoolView;
import dev.dibs.testkit.StateMachine;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Counts the effects of a core by their kind. */
@NullMarked
record CountingMachine(StateMachine real, Map<Class<?>, Long> counts) implements StateMachine {

  @Override
  public List<Effect> apply(Event event) {
    List<Effect> effects = real.apply(event);
    effects.forEach(effect -> counts.merge(effect.getClass(), 1L, Long::sum));
    return effects;
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
