package dev.dibs.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EagernessTest {

  private static final long US = 1_000;

  private final Eagerness eagerness = new Eagerness();

  @Test
  void anAnswerIsLookedForAWhile() {
    eagerness.asked(0);
    assertThat(eagerness.looksAgain(39 * US)).isTrue();
    assertThat(eagerness.looksAgain(41 * US)).isFalse();
  }

  @Test
  void lookingInVainIsLeftOutMoreAndMoreOften() {
    int looks = 0;
    for (int i = 1; i <= 1000; i++) {
      looks += looksInVain(i * 5_000L) ? 1 : 0;
    }
    assertThat(looks).isBetween(5, 15);
  }

  @Test
  void lookingThatPaidIsNotLeftOutAgain() {
    for (int i = 1; i <= 100; i++) {
      boolean unused = looksInVain(i * 5_000L);
    }
    int looks = 0;
    for (int i = 101; i <= 300; i++) {
      eagerness.asked(i * 5_000L * US);
      looks += eagerness.looksAgain((i * 5_000L + 1) * US) ? 1 : 0;
      eagerness.found();
    }
    assertThat(looks).isGreaterThan(100);
  }

  /** A request whose answer comes late. */
  private boolean looksInVain(long atUs) {
    eagerness.asked(atUs * US);
    boolean looks = eagerness.looksAgain((atUs + 1) * US);
    assertThat(eagerness.looksAgain((atUs + 60) * US)).isFalse();
    eagerness.found();
    return looks;
  }
}
