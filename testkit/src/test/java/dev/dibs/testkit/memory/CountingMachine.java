package dev.dibs.testkit.memory;

import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.testkit.StateMachine;
import dev.dibs.testkit.WrappedMachine;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/** Counts the effects of a core by their kind. */
@NullMarked
final class CountingMachine extends WrappedMachine {

  private final Map<Class<?>, Long> counts;

  CountingMachine(StateMachine real, Map<Class<?>, Long> counts) {
    super(real);
    this.counts = counts;
  }

  @Override
  public List<Effect> apply(Event event) {
    List<Effect> effects = real.apply(event);
    effects.forEach(effect -> counts.merge(effect.getClass(), 1L, Long::sum));
    return effects;
  }
}
