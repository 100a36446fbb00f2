package dev.dibs.core.locks;

import static dev.dibs.core.locks.LockMode.EXCLUSIVE;
import static dev.dibs.core.locks.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Many names, priorities, and claims within others. */
@NullMarked
class ManyLocksTest {

  private final Locks locks = new Locks();

  @Test
  void aClaimGetsAllItsNamesOrNone() {
    ask(1, Map.of("b", EXCLUSIVE));
    assertThat(ask(2, Map.of("a", EXCLUSIVE, "b", EXCLUSIVE))).isEmpty();
    assertThat(ask(3, Map.of("a", EXCLUSIVE))).containsExactly(grant(3));
    assertThat(end(1)).isEmpty();
    assertThat(end(3)).containsExactly(grant(2));
    assertThat(locks.holders("a")).containsExactly(2L);
    assertThat(locks.holders("b")).containsExactly(2L);
  }

  @Test
  void aLargeSetIsPassedEightTimesAndThenNoMore() {
    ask(1, Map.of("b", EXCLUSIVE));
    ask(2, Map.of("a", EXCLUSIVE, "b", EXCLUSIVE));
    for (long claim = 3; claim < 3 + Locks.PASSES_MAX; claim++) {
      assertThat(ask(claim, Map.of("a", EXCLUSIVE))).containsExactly(grant(claim));
      end(claim);
    }
    assertThat(ask(20, Map.of("a", EXCLUSIVE))).isEmpty();
    assertThat(end(1)).containsExactly(grant(2));
    assertThat(end(2)).containsExactly(grant(20));
  }

  @Test
  void anUrgentClaimComesFirst() {
    ask(1, Map.of("a", EXCLUSIVE));
    ask(2, null, Map.of("a", EXCLUSIVE), Priority.BACKGROUND);
    ask(3, null, Map.of("a", EXCLUSIVE), Priority.NORMAL);
    ask(4, null, Map.of("a", EXCLUSIVE), Priority.INTERACTIVE);
    assertThat(locks.waiters("a")).containsExactly(4L, 3L, 2L);
    assertThat(end(1)).containsExactly(grant(4));
    assertThat(end(4)).containsExactly(grant(3));
    assertThat(end(3)).containsExactly(grant(2));
  }

  @Test
  void urgentClaimsLetACrowdBehindThemInOneByOne() {
    ask(1, Map.of("a", EXCLUSIVE));
    IntStream.range(2, 12).forEach(c -> ask(c, null, Map.of("a", EXCLUSIVE), Priority.BACKGROUND));
    long holder = 1;
    for (long urgent = 100; urgent < 100 + 3 * (Locks.PASSES_MAX + 1); urgent++) {
      ask(urgent, null, Map.of("a", EXCLUSIVE), Priority.INTERACTIVE);
      List<LockEffect> granted = end(holder);
      holder = granted.getFirst().claim();
      if (holder < 100) {
        holder = end(holder).getFirst().claim();
        assertThat(holder).as("after one of the crowd").isGreaterThanOrEqualTo(100);
      }
    }
    assertThat(locks.waiters("a").stream().filter(claim -> claim < 100)).hasSize(7);
  }

  @Test
  void whatAnAncestorHoldsIsHadAgain() {
    ask(1, Map.of("a", EXCLUSIVE));
    ask(2, Map.of("a", EXCLUSIVE));
    assertThat(ask(3, 1L, Map.of("a", EXCLUSIVE, "b", EXCLUSIVE))).containsExactly(grant(3));
    assertThat(ask(4, 3L, Map.of("a", SHARED))).containsExactly(grant(4));
    assertThat(locks.holders("a")).containsExactly(1L, 3L, 4L);
  }

  @Test
  void siblingsExcludeEachOther() {
    ask(1, Map.of("a", EXCLUSIVE));
    ask(2, 1L, Map.of("a", EXCLUSIVE));
    assertThat(ask(3, 1L, Map.of("a", SHARED))).isEmpty();
    assertThat(locks.waiting(3)).hasValue(new Waiting("a", Set.of(2L), Set.of()));
    assertThat(end(2)).containsExactly(grant(3));
  }

  @Test
  void whatIsHeldWithinStaysHeldWhenTheOneAroundEnds() {
    ask(1, Map.of("a", EXCLUSIVE));
    ask(2, 1L, Map.of("a", EXCLUSIVE));
    ask(3, 1L, Map.of("a", EXCLUSIVE));
    ask(4, Map.of("a", EXCLUSIVE));
    assertThat(end(1)).isEmpty();
    assertThat(locks.holders("a")).containsExactly(2L);
    assertThat(locks.waiters("a")).containsExactly(3L, 4L);
    assertThat(end(2)).containsExactly(grant(3));
    assertThat(end(3)).containsExactly(grant(4));
  }

  @Test
  void anUpgradeIsRefused() {
    ask(1, Map.of("a", SHARED));
    assertThat(ask(2, 1L, Map.of("a", EXCLUSIVE)))
        .containsExactly(new LockEffect.Refuse(2, new Refusal.Upgrade("a")));
    assertThat(locks.holders("a")).containsExactly(1L);
  }

  @Test
  void aDowngradeLetsThoseInThatShare() {
    ask(1, Map.of("a", EXCLUSIVE, "b", SHARED));
    ask(2, Map.of("a", SHARED));
    assertThat(locks.apply(new LockEvent.Downgraded(1))).containsExactly(grant(2));
    assertThat(locks.apply(new LockEvent.Downgraded(7))).isEmpty();
  }

  @Test
  void aDowngradeCountsWhenNothingWithinExcludesOthersAnyMore() {
    ask(1, Map.of("a", EXCLUSIVE));
    ask(2, 1L, Map.of("a", EXCLUSIVE));
    ask(3, Map.of("a", SHARED));
    assertThat(locks.apply(new LockEvent.Downgraded(1))).isEmpty();
    assertThat(end(2)).containsExactly(grant(3));
  }

  @Test
  void aCircleIsRefusedAndNamed() {
    ask(1, Map.of("a", EXCLUSIVE));
    ask(2, Map.of("b", EXCLUSIVE));
    ask(3, 1L, Map.of("b", EXCLUSIVE));
    assertThat(ask(4, 2L, Map.of("a", EXCLUSIVE)))
        .containsExactly(
            new LockEffect.Refuse(
                4,
                new Refusal.Cycle(
                    List.of(new Refusal.Link(4, "a", 1), new Refusal.Link(3, "b", 2)))));
    assertThat(end(2)).containsExactly(grant(3));
  }

  @Test
  void aLongCircleThroughTreesIsRefused() {
    ask(1, Map.of("a", EXCLUSIVE));
    ask(2, Map.of("b", SHARED));
    ask(3, Map.of("c", EXCLUSIVE));
    ask(4, 1L, Map.of("x", SHARED));
    ask(5, 4L, Map.of("b", EXCLUSIVE));
    ask(6, 2L, Map.of("c", SHARED));
    List<LockEffect> effects = ask(7, 3L, Map.of("a", SHARED, "y", SHARED));
    assertThat(effects)
        .containsExactly(
            new LockEffect.Refuse(
                7,
                new Refusal.Cycle(
                    List.of(
                        new Refusal.Link(7, "a", 1),
                        new Refusal.Link(5, "b", 2),
                        new Refusal.Link(6, "c", 3)))));
  }

  @Test
  void whoWouldNotWaitIsNotToldOfCircles() {
    ask(1, Map.of("a", EXCLUSIVE));
    ask(2, Map.of("b", EXCLUSIVE));
    ask(3, 1L, Map.of("b", EXCLUSIVE));
    assertThat(
            locks.apply(
                new LockEvent.Requested(4, 2L, Map.of("a", EXCLUSIVE), Priority.NORMAL, false)))
        .containsExactly(new LockEffect.Refuse(4, new Refusal.WouldWait()));
  }

  @Test
  void aSiblingThatWillEndIsNoCircle() {
    ask(1, Map.of("a", SHARED));
    ask(2, 1L, Map.of("x", EXCLUSIVE));
    ask(3, Map.of("y", EXCLUSIVE));
    ask(4, 3L, Map.of("x", EXCLUSIVE));
    assertThat(ask(5, 1L, Map.of("y", EXCLUSIVE))).isEmpty();
    assertThat(end(2)).containsExactly(grant(4));
  }

  @Test
  void nobodyStaysBehindOneWhoWaitsForHim() {
    ask(1, Map.of("x", SHARED)); // holds what 3 wants, and waits for 2 below
    ask(2, Map.of("p", EXCLUSIVE));
    ask(3, Map.of("x", EXCLUSIVE));
    ask(4, 1L, Map.of("p", EXCLUSIVE));
    assertThat(ask(5, Map.of("x", SHARED))).as("a stranger stays behind 3").isEmpty();
    assertThat(ask(6, 2L, Map.of("x", SHARED))).containsExactly(grant(6));
  }

  @Test
  void aBarrierHoldsNobodyBackForWhomItWaits() {
    ask(1, Map.of("y", EXCLUSIVE));
    ask(2, Map.of("x", EXCLUSIVE, "y", EXCLUSIVE));
    for (long claim = 3; claim < 3 + Locks.PASSES_MAX; claim++) {
      ask(claim, Map.of("x", EXCLUSIVE));
      end(claim);
    }
    assertThat(ask(20, Map.of("x", EXCLUSIVE))).isEmpty();
    assertThat(ask(21, 1L, Map.of("x", EXCLUSIVE))).containsExactly(grant(21));
  }

  @Test
  void oneWithinAWaiterCountsAsWithinThatOnesHolder() {
    ask(1, Map.of("a", EXCLUSIVE));
    ask(2, Map.of("b", EXCLUSIVE));
    ask(3, 1L, Map.of("b", EXCLUSIVE));
    assertThat(ask(4, 3L, Map.of("a", EXCLUSIVE))).containsExactly(grant(4));
  }

  @Test
  void adoptedClaimsFindEachOtherInAnyOrder() {
    adopt(3, 2L, Map.of("a", EXCLUSIVE));
    adopt(2, 1L, Map.of("a", EXCLUSIVE));
    adopt(1, null, Map.of("a", EXCLUSIVE));
    assertThat(ask(4, Map.of("a", EXCLUSIVE))).isEmpty();
    assertThat(ask(5, 2L, Map.of("a", EXCLUSIVE))).isEmpty();
    assertThat(end(3)).containsExactly(grant(5));
  }

  @Test
  void aClaimWhoseParentIsGoneIsAdoptedAndHolds() {
    adopt(3, 2L, Map.of("a", EXCLUSIVE));
    adopt(1, null, Map.of("a", EXCLUSIVE));
    assertThat(locks.holders("a")).containsExactly(3L, 1L);
    assertThat(ask(4, Map.of("a", SHARED))).isEmpty();
    assertThat(end(1)).isEmpty();
    assertThat(end(3)).containsExactly(grant(4));
  }

  @Test
  void claimsThatSayTheyAreWithinEachOtherAreAdopted() {
    adopt(1, 2L, Map.of("a", EXCLUSIVE));
    adopt(2, 1L, Map.of("b", EXCLUSIVE));
    adopt(3, 3L, Map.of("c", EXCLUSIVE));
    assertThat(locks.names()).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(end(1)).isEmpty();
    assertThat(end(2)).isEmpty();
    assertThat(end(3)).isEmpty();
    assertThat(locks.names()).isEmpty();
  }

  @Test
  void nothingIsAdoptedAfterARequest() {
    ask(1, Map.of("a", SHARED));
    assertThatThrownBy(() -> adopt(2, null, Map.of("b", SHARED)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("BUG");
  }

  @Test
  void aClaimOfNothingIsRejected() {
    assertThatThrownBy(() -> ask(1, Map.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aWaiterSeesWhoIsAheadWhereNobodyHolds() {
    ask(1, Map.of("y", EXCLUSIVE));
    ask(2, Map.of("x", EXCLUSIVE, "y", EXCLUSIVE));
    assertThat(locks.waiting(2).orElseThrow().holders()).containsExactly(1L);
    for (long claim = 3; claim < 3 + Locks.PASSES_MAX; claim++) {
      ask(claim, Map.of("x", EXCLUSIVE));
      end(claim);
    }
    ask(20, Map.of("x", EXCLUSIVE));
    assertThat(locks.waiting(20).orElseThrow().ahead()).containsExactly(2L);
    assertThat(locks.waiting(1)).isEmpty();
    assertThat(locks.waiting(99)).isEmpty();
  }

  @Test
  void aThousandWaitersCostOneGrantAndAFewLooksPerRelease() {
    for (long claim = 1; claim <= 1_000; claim++) {
      ask(claim, Map.of("a", EXCLUSIVE));
    }
    long looks = locks.looks();
    for (long claim = 1; claim < 1_000; claim++) {
      assertThat(end(claim)).containsExactly(grant(claim + 1));
    }
    assertThat(locks.looks() - looks).isLessThanOrEqualTo(2 * 1_000);
  }

  @Test
  void aThousandWaitersWithinAnotherClaimCostNoMore() {
    ask(5_000, Map.of("b", EXCLUSIVE));
    for (long claim = 1; claim <= 1_000; claim++) {
      ask(claim, 5_000L, Map.of("a", EXCLUSIVE));
    }
    long looks = locks.looks();
    for (long claim = 1; claim < 1_000; claim++) {
      assertThat(end(claim)).containsExactly(grant(claim + 1));
    }
    assertThat(locks.looks() - looks).isLessThanOrEqualTo(2 * 1_000);
  }

  @Test
  void aThousandReadersBehindAWriterAreLookedAtOnce() {
    ask(1, Map.of("a", EXCLUSIVE));
    for (long claim = 2; claim <= 1_001; claim++) {
      ask(claim, Map.of("a", SHARED));
    }
    long looks = locks.looks();
    assertThat(end(1)).hasSize(1_000);
    assertThat(locks.looks() - looks).isLessThanOrEqualTo(1_001);
  }

  @Test
  void tenThousandNamesAreLookedAtAFewTimesEach() {
    Map<String, LockMode> names = new TreeMap<>();
    IntStream.range(0, 10_000).forEach(i -> names.put("name " + i, EXCLUSIVE));
    ask(1, names);
    ask(2, names);
    ask(3, Map.of("name 77", EXCLUSIVE));
    assertThat(end(1)).containsExactly(grant(2));
    assertThat(end(2)).containsExactly(grant(3));
    assertThat(locks.looks()).isLessThanOrEqualTo(4 * 10_000);
    end(3);
    assertThat(locks.names()).isEmpty();
  }

  private List<LockEffect> ask(long claim, Map<String, LockMode> names) {
    return ask(claim, null, names);
  }

  private List<LockEffect> ask(long claim, @Nullable Long within, Map<String, LockMode> names) {
    return ask(claim, within, names, Priority.NORMAL);
  }

  private List<LockEffect> ask(
      long claim, @Nullable Long within, Map<String, LockMode> names, Priority priority) {
    return locks.apply(new LockEvent.Requested(claim, within, names, priority, true));
  }

  private void adopt(long claim, @Nullable Long within, Map<String, LockMode> names) {
    assertThat(locks.apply(new LockEvent.Adopted(claim, within, names))).isEmpty();
  }

  private List<LockEffect> end(long claim) {
    return locks.apply(new LockEvent.Ended(claim));
  }

  private static LockEffect grant(long claim) {
    return new LockEffect.Grant(claim);
  }
}
