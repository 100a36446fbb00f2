package dev.dibs.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class CoordinatorTest {

  private final TestHost host = new TestHost(4);
  private final Coordinator coordinator = host.coordinator;

  @Test
  void firstRunGetsASlotAndAllTheRestAsTokens() {
    assertThat(host.ask(1, Terms.run()))
        .containsExactly(new Effect.Grant(1, 1, 1), new Effect.Put(1, 3));
  }

  @Test
  void runThatCannotShareTokensGetsNone() {
    assertThat(host.ask(1, Terms.run().withTokens(false)))
        .containsExactly(new Effect.Grant(1, 1, 1));
    assertThat(coordinator.view().free()).isEqualTo(3);
  }

  @Test
  void moreSlotsThanThePoolHasCountAsItsSize() {
    assertThat(host.ask(1, Terms.job().withSlots(9, 9))).containsExactly(new Effect.Grant(1, 4, 4));
  }

  @Test
  void claimThatDoesNotWaitIsGrantedFromUnreadTokens() {
    host.ask(1, Terms.run());
    assertThat(host.ask(2, Terms.job().withDeadlineMs(0))).contains(new Effect.Grant(2, 1, 1));
  }

  @Test
  void claimThatDoesNotWaitIsRefusedWhenNothingIsUnread() {
    host.ask(1, Terms.run());
    host.leave(1, 0);
    assertThat(host.ask(2, Terms.job().withDeadlineMs(0))).containsExactly(new Effect.Refuse(2));
  }

  @Test
  void claimThatDoesNotWaitPassesNobodyWhoWaits() {
    host.ask(1, Terms.job().withSlots(3, 3));
    host.ask(2, Terms.job().withSlots(2, 2));
    assertThat(host.ask(3, Terms.job().withDeadlineMs(0))).containsExactly(new Effect.Refuse(3));
  }

  @Test
  void waiterIsRefusedAtItsDeadline() {
    host.ask(1, Terms.job().withSlots(4, 4));
    host.ask(2, Terms.job().withDeadlineMs(50));
    assertThat(coordinator.nextDeadlineMs()).isEqualTo(50);
    assertThat(host.passTo(50)).containsExactly(new Effect.Refuse(2));
    assertThat(coordinator.nextDeadlineMs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void poolIsContendedWhileSomebodyWaitsOrSlotsAreOwed() {
    host.ask(1, Terms.job().withSlots(3, 3));
    assertThat(coordinator.isContended()).isFalse();
    host.ask(2, Terms.job().withSlots(2, 2));
    assertThat(coordinator.isContended()).isTrue();
    host.end(2);
    assertThat(coordinator.isContended()).isFalse();
    coordinator.apply(new Event.PoolResized(0, 2));
    assertThat(coordinator.isContended()).isTrue();
  }

  @Test
  void waiterThatGivesUpIsForgotten() {
    host.ask(1, Terms.job().withSlots(4, 4));
    host.ask(2, Terms.job());
    host.end(2);
    assertThat(host.end(1)).isEmpty();
  }

  @Test
  void deathToldTwiceIsToldOnce() {
    host.ask(1, Terms.job());
    host.end(1);
    assertThat(host.end(1)).isEmpty();
    assertThat(coordinator.view().free()).isEqualTo(4);
  }

  @Test
  void claimInAnUnknownRunIsAPartyOfItsOwn() {
    assertThat(host.ask(2, 1L, Terms.job())).containsExactly(new Effect.Grant(2, 1, 1));
  }

  @Test
  void claimInAJobIsAPartyOfItsOwn() {
    host.ask(1, Terms.job());
    assertThat(host.ask(2, 1L, Terms.job())).containsExactly(new Effect.Grant(2, 1, 1));
  }

  @Test
  void claimInARunThatWaitsIsAPartyOfItsOwn() {
    host.ask(1, Terms.job().withSlots(3, 3));
    host.ask(2, Terms.run().withSlots(2, 2));
    host.ask(3, 2L, Terms.job());
    assertThat(coordinator.view().members()).isEmpty();
  }

  @Test
  void nestedRunsOfAnyDepthShareOneSlot() {
    host.ask(1, Terms.run().withCap(1));
    for (long depth = 2; depth < 50; depth++) {
      assertThat(host.ask(depth, depth - 1, Terms.run()))
          .containsExactly(new Effect.Grant(depth, 1, 0));
    }
    assertThat(host.party(1).held()).isEqualTo(1);
  }

  @Test
  void slotOfANestedRunPassesToTheJobThatOutlivesIt() {
    host.ask(1, Terms.run().withTokens(false));
    host.ask(2, 1L, Terms.job());
    host.ask(3, 1L, Terms.run());
    host.ask(4, 3L, Terms.job());
    host.end(3);
    assertThat(host.party(1).leased()).isEqualTo(1);
    host.end(4);
    assertThat(host.party(1).leased()).isZero();
  }

  @Test
  void idleRootKeepsNoSlotButItsTokens() {
    host.ask(1, Terms.run());
    host.leave(1, 1);
    host.apply(new Event.RootIdle(0, 1));
    assertThat(host.party(1).implicit()).isZero();
    assertThat(host.party(1).issued()).isEqualTo(4);
  }

  @Test
  void jobThatOutlivesItsRunKeepsItsSlot() {
    host.ask(1, Terms.run());
    host.ask(2, 1L, Terms.job());
    host.end(1);
    assertThat(coordinator.view().held()).isEqualTo(1);
    host.end(2);
    assertThat(coordinator.view().parties()).isEmpty();
  }

  @Test
  void surplusNeverBecomesSlots() {
    host.ask(1, Terms.run());
    assertThat(host.leave(1, 9)).containsExactly(new Effect.Drain(1, 6));
    assertThat(coordinator.view().held()).isEqualTo(4);
    assertThat(host.unread(1)).isEqualTo(3);
  }

  @Test
  void tokensGoByWeight() {
    TestHost twelve = new TestHost(12);
    twelve.ask(1, Terms.run().withWeight(200));
    twelve.ask(2, Terms.run());
    for (int i = 1; i < 50; i++) {
      twelve.nowMs = i * 30L;
      twelve.leave(1, 0);
      twelve.leave(2, 0);
      twelve.leave(1, 1);
    }
    assertThat(twelve.party(1).held()).isEqualTo(8);
    assertThat(twelve.party(2).held()).isEqualTo(4);
  }

  @Test
  void lightRunStartsBesideHeavyOnes() {
    host.ask(1, Terms.run().withWeight(Terms.WEIGHT_MAX));
    host.leave(1, 0);
    host.ask(2, Terms.run().withWeight(Terms.WEIGHT_MIN));
    assertThat(host.leave(1, 1)).contains(new Effect.Grant(2, 1, 1));
  }

  @Test
  void idlePoolNeedsNoTicks() {
    host.ask(1, Terms.run());
    host.leave(1, 2);
    assertThat(coordinator.nextDeadlineMs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void adoptedClaimsMoveNothingBeforeTheFirstTick() {
    Terms terms = Terms.run();
    assertThat(host.apply(adopted(5, terms, new Holding(1, 1, 1, 2)))).isEmpty();
    assertThat(coordinator.nextDeadlineMs()).isEqualTo(5);
    assertThat(host.passTo(5)).containsExactly(new Effect.Put(1, 1));
  }

  @Test
  void adoptedClaimsMayExceedThePool() {
    host.apply(adopted(0, Terms.job(), new Holding(1, 6, 6, 0)));
    host.passTo(0);
    assertThat(coordinator.view().owed()).isEqualTo(2);
    host.ask(2, Terms.job());
    assertThat(host.end(1)).containsExactly(new Effect.Grant(2, 1, 1));
  }

  @Test
  void nothingIsAdoptedAfterSlotsCouldBeGivenAway() {
    host.apply(adopted(0, Terms.run(), new Holding(1, 1, 1, 0)));
    host.apply(adopted(0, Terms.run(), new Holding(2, 1, 1, 0)));
    host.end(2);
    assertThatIllegalStateException()
        .isThrownBy(() -> host.apply(adopted(0, Terms.run(), new Holding(3, 1, 1, 0))))
        .withMessageStartingWith("BUG: ");
  }

  private static Event adopted(long nowMs, Terms terms, Holding holding) {
    return new Event.ClaimAdopted(nowMs, null, false, terms, holding, 0);
  }

  @Test
  void changesAreToldBeforeTheyHappen() {
    coordinator.apply(new Event.ClaimRequested(0, 1, null, false, Terms.run()));
    assertThat(coordinator.takeChanges()).containsExactly(new Holding(1, 1, 1, 3));
    assertThat(coordinator.takeChanges()).isEmpty();
  }

  @Test
  void whoWaitsOrIsOverHoldsNothing() {
    host.ask(1, Terms.job().withSlots(4, 4));
    coordinator.takeChanges();
    host.ask(2, Terms.job());
    assertThat(coordinator.takeChanges()).isEmpty();
    host.end(1);
    assertThat(coordinator.takeChanges()).containsExactly(new Holding(2, 1, 1, 0));
  }

  @Test
  void poolHasASlot() {
    assertThatIllegalArgumentException().isThrownBy(() -> new TestHost(0));
    assertThatIllegalArgumentException().isThrownBy(() -> host.apply(new Event.PoolResized(0, 0)));
  }

  @Test
  void timeDoesNotGoBack() {
    host.passTo(7);
    assertThatIllegalArgumentException().isThrownBy(() -> host.passTo(6));
  }

  @Test
  void numberInUseIsRejected() {
    host.ask(1, Terms.run());
    assertThatIllegalArgumentException().isThrownBy(() -> host.ask(1, Terms.run()));
  }

  @Test
  void drainIsAnsweredBeforeAnythingElse() {
    coordinator.apply(new Event.ClaimRequested(0, 1, null, false, Terms.run()));
    List<Effect> effects =
        coordinator.apply(new Event.ClaimRequested(0, 2, null, false, Terms.run()));
    assertThat(effects).containsExactly(new Effect.Drain(1, 1));
    assertThatIllegalStateException()
        .isThrownBy(() -> coordinator.apply(new Event.Ticked(0)))
        .withMessageStartingWith("BUG");
  }

  @Test
  void answerToNoDrainIsABug() {
    assertThatIllegalStateException()
        .isThrownBy(() -> coordinator.apply(new Event.TokensDrained(0, 1, 1)))
        .withMessageStartingWith("BUG");
  }
}
