package dev.dibs.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class TokenStockTest {

  private final TokenStock stock = new TokenStock(Settings.DEFAULT, 0);

  @Test
  void newStockIsWanted() {
    assertThat(stock.isWanted(0)).isTrue();
  }

  @Test
  void unreadTokenSettlesAfterTwentyMilliseconds() {
    stock.put(2, 100);
    assertThat(stock.settled(119)).isZero();
    assertThat(stock.settlesAtMs()).isEqualTo(120);
    assertThat(stock.settled(120)).isEqualTo(2);
  }

  @Test
  void returnedTokenIsFreshBesideSettledOnes() {
    stock.put(3, 0);
    stock.see(2, 30);
    stock.see(3, 60);
    assertThat(stock.settled(70)).isEqualTo(2);
    assertThat(stock.settled(80)).isEqualTo(3);
  }

  @Test
  void tokenThatComesAndGoesNeverSettles() {
    stock.put(1, 0);
    for (long nowMs = 10; nowMs < 200; nowMs += 10) {
      stock.see(0, nowMs);
      stock.see(1, nowMs + 5);
      assertThat(stock.settled(nowMs + 5)).isZero();
    }
  }

  @Test
  void fifoThatClientsEmptiedIsHungry() {
    stock.put(1, 0);
    stock.see(0, 5);
    assertThat(stock.isWanted(5)).isTrue();
  }

  @Test
  void fifoThatWeEmptiedIsAskedAgainLater() {
    stock.put(1, 0);
    stock.drain(1, 1, 30);
    assertThat(stock.isWanted(279)).isFalse();
    assertThat(stock.probeAtMs()).isEqualTo(280);
    assertThat(stock.isWanted(280)).isTrue();
  }

  @Test
  void fifoThatWeEmptiedIsHungryAtOnceIfSomebodyAsks() {
    stock.put(1, 0);
    stock.drain(1, 1, 30);
    stock.ask(31);
    assertThat(stock.isWanted(31)).isTrue();
    assertThat(stock.probeAtMs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whoAsksLongestIsHungryLongest() {
    stock.put(1, 0);
    stock.see(0, 5);
    stock.ask(9);
    assertThat(stock.wantedSinceMs()).isEqualTo(5);
  }

  @Test
  void drainThatClientsBeatFindsThemHungry() {
    stock.put(2, 0);
    assertThat(stock.drain(2, 1, 1)).isEqualTo(1);
    assertThat(stock.inHands()).isEqualTo(1);
    assertThat(stock.isWanted(1)).isTrue();
  }

  @Test
  void drainedSurplusIsNoToken() {
    stock.put(1, 0);
    stock.see(3, 1);
    assertThat(stock.drain(2, 2, 1)).isZero();
    assertThat(stock.issued()).isEqualTo(1);
    assertThat(stock.surplus()).isZero();
  }

  @Test
  void writtenOffTokensAreThoseInHands() {
    stock.put(3, 0);
    stock.see(1, 1);
    assertThat(stock.writeOff()).isEqualTo(2);
    assertThat(stock.issued()).isEqualTo(1);
  }
}
