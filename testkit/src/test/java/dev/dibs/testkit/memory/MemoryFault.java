package dev.dibs.testkit.memory;

import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.core.Need;
import dev.dibs.core.Settings;
import dev.dibs.core.Terms;
import dev.dibs.testkit.StateMachine;
import dev.dibs.testkit.WrappedMachine;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullMarked;

/** Faults planted around the core, to see whether the checkers of memory see. */
@NullMarked
enum MemoryFault implements StateMachine.Factory {
  /** Half of what a claim needs is reckoned with. */
  HALVES_NEEDS(needs(need -> new Need(need.mib() / 2, 0, need.retryable(), need.alone()))),
  /** Nobody is ever alone. */
  LEAVES_NOBODY_ALONE(needs(need -> new Need(need.mib(), 0, need.retryable(), false))),
  /** Who can't be repeated is killed as well. */
  KILLS_ANYBODY(needs(need -> new Need(need.mib(), 0, true, need.alone()))),
  /** What claims have in use is not looked at. */
  SEES_NO_USAGE(
      seen(e -> new Event.MemorySeen(e.nowMs(), e.roomMib(), e.fullPermille(), List.of()))),
  /** Everybody counts as busy. */
  THINKS_ALL_ARE_BUSY(
      seen(
          e ->
              new Event.MemorySeen(
                  e.nowMs(),
                  e.roomMib(),
                  e.fullPermille(),
                  e.usages().stream()
                      .map(u -> new Event.Usage(u.claim(), u.mib(), true))
                      .toList()))),
  /** There is always more memory than there is. */
  SEES_TOO_MUCH_ROOM(
      seen(e -> new Event.MemorySeen(e.nowMs(), e.roomMib() + 500, e.fullPermille(), e.usages()))),
  /** That the machine suffers is not noticed. */
  FEELS_NO_PRESSURE(seen(e -> new Event.MemorySeen(e.nowMs(), e.roomMib(), 0, e.usages()))),
  /** It always suffers. */
  FEELS_PRESSURE_ALWAYS(seen(e -> new Event.MemorySeen(e.nowMs(), -e.roomMib(), 500, e.usages())));

  @SuppressWarnings("ImmutableEnumChecker") // none of these functions has a state
  private final UnaryOperator<Event> change;

  MemoryFault(UnaryOperator<Event> change) {
    this.change = change;
  }

  private static UnaryOperator<Event> needs(UnaryOperator<Need> change) {
    return event ->
        event instanceof Event.ClaimRequested e
            ? new Event.ClaimRequested(
                e.nowMs(), e.claim(), e.run(), e.belowClient(), changed(e.terms(), change))
            : event;
  }

  private static Terms changed(Terms terms, UnaryOperator<Need> change) {
    return terms.withNeed(change.apply(terms.need()));
  }

  private static UnaryOperator<Event> seen(UnaryOperator<Event.MemorySeen> change) {
    return event -> event instanceof Event.MemorySeen e ? change.apply(e) : event;
  }

  @Override
  public StateMachine make(int size, Settings settings) {
    return new WrappedMachine(StateMachine.real(size, settings)) {
      @Override
      public List<Effect> apply(Event event) {
        return real.apply(change.apply(event));
      }
    };
  }
}
