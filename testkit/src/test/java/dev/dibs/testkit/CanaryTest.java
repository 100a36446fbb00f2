package dev.dibs.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.core.PoolView;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cores with a planted fault, each of which the checkers must catch: they see. */
class CanaryTest {

  private static final long SEEDS = 2_000;

  /** A core of which some events or effects are changed on the way. */
  private record Fault(
      String name, UnaryOperator<Event> events, UnaryOperator<List<Effect>> effects) {

    static Fault ofEvents(String name, UnaryOperator<Event> events) {
      return new Fault(name, events, UnaryOperator.identity());
    }

    static Fault ofEffects(String name, UnaryOperator<List<Effect>> effects) {
      return new Fault(name, UnaryOperator.identity(), effects);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Fault> faults() {
    return Stream.of(
        Fault.ofEvents("forgets the dead", CanaryTest::withoutDeaths),
        Fault.ofEvents("counts one slot too many after a resize", CanaryTest::withLargerPool),
        Fault.ofEvents("covers nobody", CanaryTest::withoutRuns),
        Fault.ofEvents("forgets what was issued before a restart", CanaryTest::withoutIssued),
        Fault.ofEvents("never learns that a token came back", CanaryTest::withoutReturns),
        Fault.ofEvents("takes invented tokens for its own", CanaryTest::withoutDiscards),
        Fault.ofEffects("puts one token too many", CanaryTest::withLargerPuts),
        Fault.ofEffects("grants twice", CanaryTest::withTwoGrants),
        Fault.ofEffects("never refuses", CanaryTest::withoutRefusals),
        Fault.ofEffects("forgets a grant", CanaryTest::withoutGrantsOfSeveral));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIsCaught(Fault fault) {
    boolean caught = LongStream.range(0, SEEDS).anyMatch(seed -> violates(seed, fault));
    assertThat(caught).as("caught within %d seeds: %s", SEEDS, fault).isTrue();
  }

  private static boolean violates(long seed, Fault fault) {
    try {
      Simulation.run(seed, (size, settings) -> broken(StateMachine.real(size, settings), fault));
      return false;
    } catch (Violation caught) {
      return true;
    }
  }

  private static StateMachine broken(StateMachine real, Fault fault) {
    return new StateMachine() {
      @Override
      public List<Effect> apply(Event event) {
        return fault.effects.apply(real.apply(fault.events.apply(event)));
      }

      @Override
      public long nextDeadlineMs() {
        return real.nextDeadlineMs();
      }

      @Override
      public PoolView view() {
        return real.view();
      }
    };
  }

  private static Event withoutDeaths(Event event) {
    return event instanceof Event.ClaimEnded death ? new Event.Ticked(death.nowMs()) : event;
  }

  private static Event withLargerPool(Event event) {
    return event instanceof Event.PoolResized resize
        ? new Event.PoolResized(resize.nowMs(), resize.size() + 1)
        : event;
  }

  private static Event withoutRuns(Event event) {
    return event instanceof Event.ClaimRequested claim
        ? new Event.ClaimRequested(claim.nowMs(), claim.claim(), null, true, claim.terms())
        : event;
  }

  private static Event withoutIssued(Event event) {
    return event instanceof Event.ClaimAdopted claim
        ? new Event.ClaimAdopted(
            claim.nowMs(),
            claim.claim(),
            claim.within(),
            claim.terms(),
            claim.slots(),
            claim.own(),
            0,
            0)
        : event;
  }

  private static Event withoutReturns(Event event) {
    return event instanceof Event.TokensSeen seen
        ? new Event.TokensSeen(seen.nowMs(), seen.run(), 0)
        : event;
  }

  /** Says that fewer bytes than there are lie in a FIFO, so that surplus is not seen as such. */
  private static Event withoutDiscards(Event event) {
    return event instanceof Event.TokensSeen seen && seen.unread() > 1
        ? new Event.TokensSeen(seen.nowMs(), seen.run(), seen.unread() - 1)
        : event;
  }

  private static List<Effect> withLargerPuts(List<Effect> effects) {
    return effects.stream()
        .map(
            effect ->
                effect instanceof Effect.Put put
                    ? new Effect.Put(put.run(), put.count() + 1)
                    : effect)
        .toList();
  }

  private static List<Effect> withTwoGrants(List<Effect> effects) {
    return effects.stream()
        .flatMap(
            effect ->
                effect instanceof Effect.Grant ? Stream.of(effect, effect) : Stream.of(effect))
        .toList();
  }

  private static List<Effect> withoutRefusals(List<Effect> effects) {
    return effects.stream().filter(effect -> !(effect instanceof Effect.Refuse)).toList();
  }

  private static List<Effect> withoutGrantsOfSeveral(List<Effect> effects) {
    return effects.stream()
        .filter(effect -> !(effect instanceof Effect.Grant grant && grant.slots() > 1))
        .toList();
  }
}
