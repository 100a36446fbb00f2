package dev.dibs.daemon.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EagernessTest {
  private static final long US = 1_000;

  private final Eagerness eagerness = new Eagerness();

  @Test
  void aSingleRequestIsFollowedBySleep() {
    eagerness.found(1_000_000 * US);
    assertThat(eagerness.looksAgain(1_000_001 * US)).isFalse();
  }

  @Test
  void theNextOfARowIsLookedForAWhile() {
    row(1_000_000);
    assertThat(eagerness.looksAgain(1_000_045 * US)).isTrue();
    assertThat(eagerness.looksAgain(1_000_090 * US)).isFalse();
  }

  @Test
  void lookingInVainIsLeftOutMoreAndMoreOften() {
    int looks = 0;
    for (int i = 1; i <= 1000; i++) {
      looks += looksInVain(i * 100L) ? 1 : 0;
    }
    assertThat(looks).isBetween(5, 15);
  }

  @Test
  void lookingThatPaidIsNotLeftOutAgain() {
    for (int i = 1; i <= 100; i++) {
      boolean unused = looksInVain(i * 100L);
    }
    int looks = 0;
    for (int i = 101; i <= 300; i++) {
      eagerness.found(i * 100L * US);
      looks += eagerness.looksAgain((i * 100L + 1) * US) ? 1 : 0;
    }
    assertThat(looks).isGreaterThan(100);
  }

  private void row(long startUs) {
    eagerness.found(startUs * US);
    eagerness.found((startUs + 30) * US);
  }

  /** A request, one in a row, and none after it. */
  private boolean looksInVain(long atUs) {
    eagerness.found(atUs * US);
    boolean looks = eagerness.looksAgain((atUs + 1) * US);
    boolean ends = !eagerness.looksAgain((atUs + 60) * US);
    assertThat(ends).isTrue();
    return looks;
  }
}
