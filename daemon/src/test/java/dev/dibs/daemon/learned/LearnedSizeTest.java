package dev.dibs.daemon.learned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearnedSizeTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 1", "8, 4", "64, 32"})
  void anUnknownCommandGetsHalfOfThePool(int pool, int slots) {
    assertThat(LearnedSize.ofUnknown(pool)).isEqualTo(slots);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "8, 1", "64, 1"})
  void aCommandWithOneThreadEndsWithOneSlot(int pool, int slots) {
    assertThat(settled(pool, 1)).isEqualTo(slots);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "8, 8", "64, 64"})
  void aCommandThatUsesAllCpusEndsWithThePool(int pool, int slots) {
    assertThat(settled(pool, 1_000)).isEqualTo(slots);
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "4, 3", "8, 3", "64, 3"})
  void aCommandOfThreeThreadsEndsWithThree(int pool, int slots) {
    assertThat(settled(pool, 3)).isEqualTo(slots);
  }

  @Test
  void moreIsLearnedAtOnceAndLessSlowly() {
    LearnedSize four = LearnedSize.first(4, 8);
    assertThat(four.after(6, 8).next(8)).isEqualTo(6);
    LearnedSize idle = four.after(1, 4);
    assertThat(idle.cores()).isBetween(3.0, 3.5);
    for (int i = 0; i < 20; i++) {
      idle = idle.after(1, idle.next(8));
    }
    assertThat(idle.next(8)).isOne();
  }

  @Test
  void aRunThatGotLittleAndUsedItTeachesNothing() {
    LearnedSize six = LearnedSize.first(6, 8);
    assertThat(six.after(0.98, 1)).isEqualTo(six);
    assertThat(six.after(1.9, 2)).isEqualTo(six);
    assertThat(six.after(2.5, 4)).as("most of what it got").isEqualTo(six);
  }

  @Test
  void aLargerMachineIsTried() {
    LearnedSize all = LearnedSize.first(1.95, 2);
    assertThat(all.next(2)).isEqualTo(2);
    assertThat(all.next(16)).isEqualTo(4);
  }

  @Test
  void whatIsNoMeasureIsRefused() {
    for (double cores : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new LearnedSize(cores, 1));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new LearnedSize(1, 0));
  }

  /** The slots that a command with some threads is given when it has run often. */
  private static int settled(int pool, int threads) {
    int slots = LearnedSize.ofUnknown(pool);
    LearnedSize learned = LearnedSize.first(busy(threads, slots), slots);
    for (int i = 0; i < 20; i++) {
      slots = learned.next(pool);
      learned = learned.after(busy(threads, slots), slots);
    }
    assertThat(learned.next(pool)).as("it stays there").isEqualTo(slots);
    return slots;
  }

  private static double busy(int threads, int slots) {
    return 0.97 * Math.min(threads, slots);
  }
}
