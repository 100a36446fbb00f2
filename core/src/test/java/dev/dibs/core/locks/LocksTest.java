package dev.dibs.core.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class LocksTest {

  private final Locks locks = new Locks();

  @Test
  void aFreeLockIsGrantedAtOnce() {
    assertThat(locks.apply(exclusive(1))).containsExactly(new LockEffect.Grant(1));
    assertThat(locks.holders("a")).containsExactly(1L);
  }

  @Test
  void anExclusiveHolderKeepsOthersWaitingUntilItEnds() {
    locks.apply(exclusive(1));
    assertThat(locks.apply(exclusive(2))).isEmpty();
    assertThat(locks.apply(shared(3))).isEmpty();
    assertThat(locks.waiters("a")).containsExactly(2L, 3L);
    assertThat(locks.apply(ended(1))).containsExactly(new LockEffect.Grant(2));
    assertThat(locks.apply(ended(2))).containsExactly(new LockEffect.Grant(3));
  }

  @Test
  void sharedHoldersAreGrantedTogether() {
    locks.apply(exclusive(1));
    locks.apply(shared(2));
    locks.apply(shared(3));
    locks.apply(exclusive(4));
    locks.apply(shared(5));
    assertThat(locks.apply(ended(1)))
        .containsExactly(new LockEffect.Grant(2), new LockEffect.Grant(3));
    assertThat(locks.apply(ended(2))).isEmpty();
    assertThat(locks.apply(ended(3))).containsExactly(new LockEffect.Grant(4));
    assertThat(locks.apply(ended(4))).containsExactly(new LockEffect.Grant(5));
  }

  @Test
  void aReaderDoesNotOvertakeAWriterThatWaits() {
    locks.apply(shared(1));
    locks.apply(exclusive(2));
    assertThat(locks.apply(shared(3))).isEmpty();
    assertThat(locks.apply(ended(1))).containsExactly(new LockEffect.Grant(2));
  }

  @Test
  void whoComesNextIsKnownBeforeIfItIsPlain() {
    locks.apply(exclusive(1));
    assertThat(locks.heir(1)).isEqualTo(Locks.NOBODY);
    locks.apply(exclusive(2));
    locks.apply(exclusive(3));
    assertThat(locks.heir(1)).isEqualTo(2);
    assertThat(locks.heir(2)).as("waits itself").isEqualTo(Locks.NOBODY);
    assertThat(locks.apply(ended(1))).containsExactly(new LockEffect.Grant(2));
    assertThat(locks.heir(2)).isEqualTo(3);
  }

  @Test
  void whoComesNextIsNotPlainWhereSomebodyShares() {
    locks.apply(exclusive(1));
    locks.apply(exclusive(2));
    locks.apply(shared(3));
    assertThat(locks.heir(1)).isEqualTo(Locks.NOBODY);
    locks.apply(ended(2));
    locks.apply(ended(1));
    locks.apply(exclusive(4));
    assertThat(locks.heir(3)).isEqualTo(Locks.NOBODY);
  }

  @Test
  void whoEndsWhileItWaitsMakesRoomForThoseBehindIt() {
    locks.apply(shared(1));
    locks.apply(exclusive(2));
    locks.apply(shared(3));
    assertThat(locks.apply(ended(2))).containsExactly(new LockEffect.Grant(3));
    assertThat(locks.holders("a")).containsExactly(1L, 3L);
  }

  @Test
  void whoDoesNotWaitIsRefusedAndForgotten() {
    locks.apply(exclusive(1));
    assertThat(
            locks.apply(
                new LockEvent.Requested(
                    2, null, Map.of("a", LockMode.SHARED), Priority.NORMAL, false)))
        .containsExactly(new LockEffect.Refuse(2, new Refusal.WouldWait()));
    assertThat(locks.apply(ended(1))).isEmpty();
    assertThat(locks.names()).isEmpty();
  }

  @Test
  void whoDoesNotWaitIsRefusedBehindOneWhoDoes() {
    locks.apply(shared(1));
    locks.apply(exclusive(2));
    assertThat(
            locks.apply(
                new LockEvent.Requested(
                    3, null, Map.of("a", LockMode.SHARED), Priority.NORMAL, false)))
        .containsExactly(new LockEffect.Refuse(3, new Refusal.WouldWait()));
  }

  @Test
  void locksOfOtherNamesAreIndependent() {
    locks.apply(exclusive(1));
    assertThat(
            locks.apply(
                new LockEvent.Requested(
                    2, null, Map.of("b", LockMode.EXCLUSIVE), Priority.NORMAL, true)))
        .containsExactly(new LockEffect.Grant(2));
    assertThat(locks.names()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void anUnusedLockIsForgotten() {
    locks.apply(exclusive(1));
    locks.apply(exclusive(2));
    locks.apply(ended(2));
    locks.apply(ended(1));
    assertThat(locks.names()).isEmpty();
  }

  @Test
  void anEndMayBeToldTwice() {
    locks.apply(exclusive(1));
    locks.apply(ended(1));
    assertThat(locks.apply(ended(1))).isEmpty();
  }

  @Test
  void whatIsAdoptedIsHeld() {
    assertThat(locks.apply(new LockEvent.Adopted(1, null, Map.of("a", LockMode.SHARED)))).isEmpty();
    assertThat(locks.apply(new LockEvent.Adopted(2, null, Map.of("a", LockMode.SHARED)))).isEmpty();
    assertThat(locks.apply(exclusive(3))).isEmpty();
    locks.apply(ended(1));
    assertThat(locks.apply(ended(2))).containsExactly(new LockEffect.Grant(3));
  }

  @Test
  void twoExclusiveHoldersAreNeverAdopted() {
    locks.apply(new LockEvent.Adopted(1, null, Map.of("a", LockMode.EXCLUSIVE)));
    assertThatThrownBy(
            () -> locks.apply(new LockEvent.Adopted(2, null, Map.of("a", LockMode.SHARED))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("BUG");
  }

  @Test
  void aNumberIsUsedOnce() {
    locks.apply(exclusive(1));
    assertThatThrownBy(() -> locks.apply(exclusive(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("BUG");
  }

  private static LockEvent exclusive(long holder) {
    return new LockEvent.Requested(
        holder, null, Map.of("a", LockMode.EXCLUSIVE), Priority.NORMAL, true);
  }

  private static LockEvent shared(long holder) {
    return new LockEvent.Requested(
        holder, null, Map.of("a", LockMode.SHARED), Priority.NORMAL, true);
  }

  private static LockEvent ended(long holder) {
    return new LockEvent.Ended(holder);
  }
}
