package dev.dibs.core.once;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dibs.core.once.OnceEffect.Forget;
import dev.dibs.core.once.OnceEffect.Refuse;
import dev.dibs.core.once.OnceEffect.Run;
import dev.dibs.core.once.OnceEffect.Share;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What becomes of those who ask for the same work. */
@NullMarked
class OnceTest {

  private final Once once = new Once(new OnceLimits(2, 1_000, 10_000));
  private long nowMs;

  private List<OnceEffect> ask(long claim, String fingerprint) {
    return ask(claim, "docs", fingerprint, 0, true, Set.of());
  }

  private List<OnceEffect> ask(
      long claim, String key, String fingerprint, long maxAgeMs, boolean waits, Set<Long> within) {
    return once.apply(
        new OnceEvent.Asked(nowMs, claim, key, fingerprint, maxAgeMs, 0, waits, within));
  }

  private List<OnceEffect> askFresh(long claim, long maxAgeMs) {
    return ask(claim, "docs", "make docs", maxAgeMs, true, Set.of());
  }

  private List<OnceEffect> report(long claim, boolean good) {
    return once.apply(new OnceEvent.Reported(nowMs, claim, good, 10));
  }

  private List<OnceEffect> end(long claim) {
    return once.apply(new OnceEvent.Ended(nowMs, claim));
  }

  @Test
  void theFirstRunsAndTheOthersShareItsResultInTheOrderInWhichTheyCame() {
    assertThat(ask(1, "make docs")).containsExactly(new Run(1));
    assertThat(ask(2, "make docs")).isEmpty();
    assertThat(ask(3, "make docs")).isEmpty();
    assertThat(once.awaited(3)).hasValue(1);
    assertThat(once.waiters(1)).isEqualTo(2);
    assertThat(report(1, true)).containsExactly(new Share(2, 1), new Share(3, 1));
    assertThat(end(2)).isEmpty();
    assertThat(end(3)).containsExactly(new Forget(1));
    assertThat(end(1)).isEmpty();
    assertThat(once.isInUse()).isFalse();
  }

  @Test
  void aFailureIsShared() {
    ask(1, "make docs");
    ask(2, "make docs");
    assertThat(report(1, false)).containsExactly(new Share(2, 1));
  }

  @Test
  void whoAsksWhenItIsDoneRunsItAnewThoughOthersStillReadTheResult() {
    ask(1, "make docs");
    ask(2, "make docs");
    report(1, true);
    assertThat(ask(3, "make docs")).containsExactly(new Run(3));
    assertThat(ask(4, "make docs")).isEmpty();
    assertThat(end(2)).containsExactly(new Forget(1));
  }

  @Test
  void theWorkOfARunnerThatEndsWithoutAReportIsTakenOverByTheNext() {
    ask(1, "make docs");
    ask(2, "make docs");
    ask(3, "make docs");
    assertThat(end(1)).containsExactly(new Run(2));
    assertThat(report(1, true)).isEmpty();
    assertThat(end(2)).containsExactly(new Run(3));
    assertThat(end(3)).isEmpty();
    assertThat(ask(4, "other")).containsExactly(new Run(4));
  }

  @Test
  void aWaiterThatLeavesIsForgotten() {
    ask(1, "make docs");
    ask(2, "make docs");
    assertThat(end(2)).isEmpty();
    assertThat(report(1, true)).containsExactly(new Forget(1));
  }

  @Test
  void otherWorkUnderTheSameKeyIsRefusedWhileItRuns() {
    ask(1, "make docs");
    assertThat(ask(2, "make all")).containsExactly(new Refuse(2, new OnceRefusal.Other(1)));
    report(1, true);
    assertThat(ask(3, "make all")).containsExactly(new Run(3));
  }

  @Test
  void whoWouldNotWaitIsRefused() {
    ask(1, "make docs");
    assertThat(ask(2, "docs", "make docs", 0, false, Set.of()))
        .containsExactly(new Refuse(2, new OnceRefusal.WouldWait(1)));
  }

  @Test
  void aResultThatIsFreshEnoughIsSharedAtOnce() {
    askFresh(1, 100);
    assertThat(report(1, true)).isEmpty();
    nowMs = 99;
    assertThat(askFresh(2, 100)).containsExactly(new Share(2, 1));
    assertThat(askFresh(3, 99)).containsExactly(new Run(3));
  }

  @Test
  void aResultIsForgottenWhenItIsTooOldForAllWhoAsked() {
    askFresh(1, 100);
    ask(2, "make docs");
    askFresh(3, 200);
    report(1, true);
    end(2);
    end(3);
    assertThat(once.nextMs()).hasValue(200);
    nowMs = 199;
    assertThat(once.apply(new OnceEvent.Ticked(nowMs))).isEmpty();
    nowMs = 200;
    assertThat(once.apply(new OnceEvent.Ticked(nowMs))).containsExactly(new Forget(1));
    assertThat(once.nextMs()).isEmpty();
  }

  @Test
  void aFailureIsNotKept() {
    askFresh(1, 100);
    assertThat(report(1, false)).containsExactly(new Forget(1));
    assertThat(askFresh(2, 100)).containsExactly(new Run(2));
  }

  @Test
  void noMoreIsKeptThanTheLimitsSay() {
    for (long claim = 1; claim <= 2; claim++) {
      ask(claim, "key" + claim, "x", 100, true, Set.of());
      assertThat(report(claim, true)).isEmpty();
    }
    ask(3, "key3", "x", 100, true, Set.of());
    assertThat(report(3, true)).containsExactly(new Forget(1));
    ask(4, "key4", "x", 100, true, Set.of());
    assertThat(once.apply(new OnceEvent.Reported(nowMs, 4, true, 995)))
        .containsExactly(new Forget(2), new Forget(3));
    ask(5, "key5", "x", Long.MAX_VALUE, true, Set.of());
    report(5, true);
    assertThat(once.nextMs()).hasValue(10_000);
  }

  @Test
  void whatIsReadIsForgottenOnlyWhenItIsReadThoughItIsTooOld() {
    askFresh(1, 100);
    report(1, true);
    nowMs = 50;
    askFresh(2, 100);
    nowMs = 5_000;
    assertThat(once.apply(new OnceEvent.Ticked(nowMs))).isEmpty();
    assertThat(end(2)).containsExactly(new Forget(1));
  }

  @Test
  void aNewResultTakesThePlaceOfTheOneBefore() {
    askFresh(1, 100);
    report(1, true);
    nowMs = 10;
    askFresh(2, 5);
    assertThat(report(2, true)).containsExactly(new Forget(1));
  }

  @Test
  void nobodyWaitsForItself() {
    ask(1, "make docs");
    assertThat(ask(2, "docs", "make docs", 0, true, Set.of(1L)))
        .containsExactly(new Refuse(2, new OnceRefusal.Cycle(List.of(1L))));
  }

  @Test
  void aCircleOfRunnersIsRefused() {
    ask(1, "a", "x", 0, true, Set.of());
    ask(2, "b", "x", 0, true, Set.of());
    ask(3, "c", "x", 0, true, Set.of());
    assertThat(ask(4, "b", "x", 0, true, Set.of(1L))).isEmpty();
    assertThat(ask(5, "c", "x", 0, true, Set.of(2L))).isEmpty();
    assertThat(ask(6, "a", "x", 0, true, Set.of(3L)))
        .containsExactly(new Refuse(6, new OnceRefusal.Cycle(List.of(1L, 2L, 3L))));
    assertThat(ask(7, "a", "x", 0, true, Set.of(99L))).isEmpty();
  }

  @Test
  void whoAskedAnEarlierDaemonHasWhatEndedSince() {
    nowMs = 1_000;
    once.apply(new OnceEvent.AdoptedResult(nowMs, 1, "docs", "make docs", false, 10, 300, 100));
    assertThat(askFresh(2, 500)).containsExactly(new Run(2));
    assertThat(
            once.apply(new OnceEvent.Asked(nowMs, 3, "docs", "make docs", 0, 301, true, Set.of())))
        .containsExactly(new Share(3, 1));
    assertThat(
            once.apply(new OnceEvent.Asked(nowMs, 4, "docs", "make docs", 0, 300, true, Set.of())))
        .isEmpty();
  }

  @Test
  void anAdoptedRunnerIsOneLikeAnyOther() {
    once.apply(new OnceEvent.AdoptedRun(nowMs, 1, "docs", "make docs", 100));
    assertThat(ask(2, "make docs")).isEmpty();
    assertThat(report(1, true)).containsExactly(new Share(2, 1));
    assertThatThrownBy(
            () -> {
              once.apply(new OnceEvent.AdoptedRun(nowMs, 3, "docs", "x", 0));
              once.apply(new OnceEvent.AdoptedRun(nowMs, 4, "docs", "x", 0));
            })
        .hasMessageContaining("BUG");
  }
}
