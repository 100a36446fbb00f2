package dev.dibs.core.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@NullMarked
class TokenFileTest {

  private static final long FILE = 500;

  private final TokenFile file = new TokenFile(1);

  /** What lies in clients' own FIFOs, for the answers to drains. */
  private final Map<Long, Integer> pipes = new TreeMap<>();

  private long nowMs;
  private long operations = 1000;

  @Test
  void readTakesWhatIsFree() {
    put(2);
    assertThat(read(1)).contains("deliver 1 1");
    assertThat(file.holds(1)).isEqualTo(1);
    assertThat(file.unread()).isEqualTo(1);
  }

  @Test
  void readOfManyTakesAllThatIsFree() {
    put(3);
    assertThat(read(1, 8, true)).contains("deliver 1 3");
  }

  @Test
  void readThatDoesNotWaitIsRefused() {
    assertThat(read(1, 1, false)).containsExactly("refuse 1", "want");
  }

  @Test
  void readThatWaitsIsServedByAPut() {
    assertThat(read(1)).containsExactly("want");
    assertThat(put(1)).containsExactly("remember 1 1", "deliver 1 1");
  }

  @Test
  void wantIsToldOnceUntilThereWasSomething() {
    assertThat(read(1)).contains("want");
    assertThat(read(2)).isEmpty();
    assertThat(put(1)).contains("want");
    assertThat(read(1)).isEmpty();
    assertThat(put(2)).doesNotContain("want");
    assertThat(read(2)).contains("want");
  }

  @Test
  void whoIsServedIsRememberedBefore() {
    put(1);
    assertThat(read(1)).containsExactly("remember 1 1", "deliver 1 1");
  }

  @Test
  void firstComeIsFirstServed() {
    read(1);
    read(2);
    read(3);
    assertThat(put(2)).contains("deliver 1 1", "deliver 2 1").doesNotContain("deliver 3 1");
  }

  @Test
  void processWithManyThreadsHasOnePlace() {
    read(1);
    read(1);
    read(1);
    read(2);
    assertThat(put(2)).contains("deliver 1 1", "deliver 2 1");
  }

  @Test
  void withdrawnReadGetsNothing() {
    long number = operations + 1;
    read(1);
    apply(new TokenEvent.ReadWithdrawn(nowMs, 1, number));
    assertThat(put(1)).isEmpty();
    assertThat(file.unread()).isEqualTo(1);
  }

  @Test
  void whoWasInterruptedHasItsPlaceBackIfItComesSoon() {
    long number = operations + 1;
    read(1);
    read(2);
    apply(new TokenEvent.ReadWithdrawn(nowMs, 1, number));
    nowMs += 20;
    read(1);
    assertThat(put(1)).contains("deliver 1 1");
  }

  @Test
  void writtenTokenIsFree() {
    put(1);
    read(1);
    assertThat(write(1, 1)).containsExactly("remember 1 0", "accept 1 1");
    assertThat(file.unread()).isEqualTo(1);
  }

  @Test
  void severalBytesComeBackAtOnce() {
    put(5);
    read(1, 5, true);
    write(1, 4);
    assertThat(file.unread()).isEqualTo(4);
    assertThat(file.holds(1)).isEqualTo(1);
  }

  @Test
  void hoarderGetsNoMoreThanItsDueWhileOthersHaveLess() {
    put(4);
    read(1, 3, true);
    read(3);
    read(1, 8, true);
    read(2);
    write(3, 1);
    assertThat(file.holds(2)).isEqualTo(1);
    assertThat(file.holds(1)).isEqualTo(3);
  }

  @Test
  void hoarderIsServedIfNobodyHasLess() {
    put(4);
    read(1, 3, true);
    read(3);
    read(1, 8, true);
    write(3, 1);
    assertThat(file.holds(1)).isEqualTo(4);
  }

  @Test
  void readOfManyGetsItsDueWhileOthersWait() {
    read(1, 8, true);
    read(2);
    assertThat(put(6)).contains("deliver 1 3", "deliver 2 1");
  }

  @Test
  void killedProcessLeavesExactlyItsTokens() {
    put(4);
    read(1, 3, true);
    read(2);
    end(1, null);
    assertThat(file.unread()).isEqualTo(3);
    assertThat(file.holds(2)).isEqualTo(1);
  }

  @Test
  void waiterGetsTheTokenOfTheDead() {
    put(1);
    read(1);
    read(2);
    assertThat(end(1, null)).containsExactly("remember 2 1", "deliver 2 1");
  }

  @Test
  void heirHasTheTokensOfOneThatEndedByItself() {
    put(2);
    read(1, 2, true);
    end(1, 7L);
    assertThat(file.holds(7)).isEqualTo(2);
    assertThat(file.unread()).isZero();
  }

  @Test
  void whoDiesWhileItWaitsIsForgotten() {
    read(1);
    end(1, null);
    assertThat(put(1)).isEmpty();
  }

  @Test
  void surplusIsDebitedToAHolderOnTheSameFile() {
    put(1);
    read(1);
    apply(new TokenEvent.Written(nowMs, 2, ++operations, FILE + 1, 1, List.of()));
    assertThat(file.holds(1)).isEqualTo(0);
    assertThat(file.unread()).isEqualTo(1);
  }

  @Test
  void surplusIsDebitedToTheNearestAncestorThatHolds() {
    put(3);
    read(1);
    read(2);
    read(3);
    apply(new TokenEvent.Written(nowMs, 4, ++operations, 99, 1, List.of(8L, 2L, 1L)));
    assertThat(file.holds(2)).isZero();
    assertThat(file.holds(1)).isEqualTo(1);
  }

  @Test
  void whoGivesUpItsImplicitSlotIsInDebt() {
    write(1, 1);
    assertThat(file.holds(1)).isEqualTo(-1);
    assertThat(file.unread()).isEqualTo(1);
    read(1);
    assertThat(file.holds(1)).isZero();
  }

  @Test
  void debtsEndWithTheImplicitSlots() {
    write(1, 3);
    write(2, 1);
    assertThat(file.unread()).isEqualTo(1);
    assertThat(file.issued()).isZero();
  }

  @Test
  void debtOfTheDeadIsPaidByWhatComesBackNext() {
    write(1, 1);
    read(2);
    end(1, 7L);
    assertThat(file.holds(7)).isZero();
    read(3);
    write(2, 1);
    assertThat(file.holds(3)).isZero();
    assertThat(file.free()).isZero();
  }

  @Test
  void readThatComesAgainIsAnsweredAgainButCountedOnce() {
    apply(new TokenEvent.ClientAdopted(nowMs, 1, 1, 77, 1));
    put(3);
    assertThat(apply(new TokenEvent.ReadAsked(nowMs, 1, 77, FILE, 1, true)))
        .containsExactly("deliver 1 1");
    assertThat(file.holds(1)).isEqualTo(1);
    assertThat(file.unread()).isEqualTo(2);
  }

  @Test
  void readThatComesAgainAfterAnotherThreadWasServedIsCountedOnce() {
    apply(new TokenEvent.ClientAdopted(nowMs, 1, 1, 77, 1));
    put(3);
    read(1);
    apply(new TokenEvent.ReadAsked(nowMs, 1, 77, FILE, 1, true));
    assertThat(file.holds(1)).isEqualTo(2);
  }

  @Test
  void writeThatComesAgainIsCountedOnce() {
    apply(new TokenEvent.ClientAdopted(nowMs, 1, 1, 77, 2));
    put(3);
    apply(new TokenEvent.Written(nowMs, 1, 77, FILE, 2, List.of()));
    assertThat(file.holds(1)).isEqualTo(1);
  }

  @Test
  void pollerThatIsToldFindsATokenKeptForIt() {
    put(1);
    assertThat(poll(1, 11)).contains("poll 11 true");
    assertThat(read(2, 1, false)).contains("refuse 2");
    assertThat(read(1, 1, false)).contains("deliver 1 1");
  }

  @Test
  void asManyPollersAreWokenAsThereAreTokens() {
    poll(1, 11);
    poll(2, 12);
    poll(3, 13);
    assertThat(put(2)).containsExactly("wake 11", "wake 12", "want");
  }

  @Test
  void keptTokenIsFreeAfterFiveMilliseconds() {
    poll(1, 11);
    put(1);
    assertThat(file.unread()).isZero();
    assertThat(file.nextDeadlineMs()).isEqualTo(5);
    pass(5);
    assertThat(file.unread()).isEqualTo(1);
  }

  @Test
  void blockerDoesNotOvertakeAPoller() {
    poll(1, 11);
    read(2);
    assertThat(put(1)).contains("wake 11").doesNotContain("deliver 2 1");
    assertThat(read(1, 1, false)).contains("deliver 1 1");
  }

  @Test
  void pollerThatComesLateKeepsItsPlaceAndHasMoreTimeNext() {
    poll(1, 11);
    read(2);
    read(3);
    put(1);
    pass(5);
    assertThat(file.holds(2)).isEqualTo(1);
    pass(9);
    assertThat(read(1, 1, false)).contains("refuse 1");
    poll(1, 11);
    assertThat(write(2, 1)).contains("wake 11").doesNotContain("deliver 3 1");
    assertThat(file.nextDeadlineMs()).isEqualTo(9 + 10);
  }

  @Test
  void watchOfAClosedFileIsForgotten() {
    poll(1, 11);
    apply(new TokenEvent.WatchClosed(nowMs, 11));
    assertThat(put(1)).isEmpty();
  }

  @Test
  void drainTakesWhatIsFreeAndSaysHowMuch() {
    put(3);
    read(1);
    assertThat(apply(new TokenEvent.TokensAsked(nowMs, 5))).containsExactly("drained 2");
    assertThat(file.issued()).isEqualTo(1);
  }

  @Test
  void drainTakesBackWhatLiesInClientsFifos() {
    open(1);
    put(1);
    assertThat(pipes).containsEntry(1L, 1);
    assertThat(apply(new TokenEvent.TokensAsked(nowMs, 1)))
        .containsExactly("pipe drain 1 1", "remember 1 0", "drained 1");
  }

  @Test
  void whatIsReturnedIsShownToThePoolBeforeItIsGivenToWhoWaits() {
    put(1);
    read(1);
    read(2);
    file.showPoolFirst(true);
    assertThat(write(1, 1)).noneMatch(effect -> effect.startsWith("deliver"));
    assertThat(file.unread()).isEqualTo(1);
    assertThat(apply(new TokenEvent.TokensAsked(nowMs, 1))).contains("drained 1");
  }

  @Test
  void whatThePoolDoesNotWantGoesToWhoWaitsAfterItsLook() {
    put(1);
    read(1);
    read(2);
    file.showPoolFirst(true);
    end(1, null);
    file.showPoolFirst(false);
    assertThat(apply(new TokenEvent.Ticked(nowMs))).contains("deliver 2 1");
  }

  @Test
  void clientWithAFifoHasAllThatIsFreeAhead() {
    put(3);
    open(1);
    assertThat(pipes).containsEntry(1L, 3);
    see(1, 1);
    assertThat(file.holds(1)).isEqualTo(2);
    assertThat(file.unread()).isEqualTo(1);
  }

  @Test
  void clientsWithFifosHaveWhatIsFreeEvenly() {
    put(4);
    open(1);
    open(2);
    assertThat(pipes).containsEntry(1L, 2).containsEntry(2L, 2);
  }

  @Test
  void allThatLiesAheadIsTakenBackAsSoonAsSomebodyWaits() {
    put(3);
    open(1);
    assertThat(read(2)).contains("pipe drain 1 3", "deliver 2 1");
    assertThat(pipes).containsEntry(1L, 2);
  }

  @Test
  void tokenAheadIsTakenBackAsSoonAsSomebodyWaits() {
    put(1);
    open(1);
    assertThat(read(2)).contains("pipe drain 1 1", "deliver 2 1");
  }

  @Test
  void tokenThatWasGivenWhileOthersWaitIsLeftForAWhile() {
    open(1);
    read(2);
    put(1);
    assertThat(pipes).containsEntry(1L, 1);
    pass(19);
    assertThat(file.holds(2)).isZero();
    pass(20);
    assertThat(file.holds(2)).isEqualTo(1);
  }

  @Test
  void clientThatWasFasterThanADrainHasTheToken() {
    put(1);
    open(1);
    pipes.put(1L, 0);
    read(2);
    assertThat(file.holds(1)).isEqualTo(1);
    assertThat(file.holds(2)).isZero();
  }

  @Test
  void bytesWrittenIntoAFifoComeBack() {
    put(1);
    open(1);
    see(1, 0);
    see(1, 1);
    assertThat(file.holds(1)).isZero();
    assertThat(file.unread()).isEqualTo(1);
  }

  @Test
  void bytesInventedInAFifoAreDrainedAndForgotten() {
    put(1);
    open(1);
    assertThat(see(1, 4)).contains("pipe drain 1 2");
    assertThat(pipes).containsEntry(1L, 2);
    assertThat(file.unread()).isEqualTo(2);
    assertThat(file.holds(1)).isEqualTo(-1);
  }

  @Test
  void killedClientLeavesWhatLiesInItsFifo() {
    put(2);
    open(1);
    see(1, 0);
    end(1, null);
    assertThat(file.unread()).isEqualTo(2);
  }

  @Test
  void sharesTellWhoHasWhat() {
    put(1);
    read(1);
    read(2);
    assertThat(file.shares())
        .containsExactly(new TokenFile.Share(1, 1, 0, false), new TokenFile.Share(2, 0, 0, true));
  }

  @Test
  void drainThatIsNotAnsweredIsABug() {
    put(1);
    open(1);
    file.apply(new TokenEvent.ReadAsked(0, 2, 1, FILE, 1, true));
    assertThatThrownBy(() -> file.apply(new TokenEvent.Ticked(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("BUG");
  }

  @Test
  void timeThatGoesBackIsRefused() {
    pass(5);
    assertThatThrownBy(() -> file.apply(new TokenEvent.Ticked(4)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private List<String> put(int count) {
    return apply(new TokenEvent.TokensPut(nowMs, count));
  }

  private List<String> read(long client) {
    return read(client, 1, true);
  }

  private List<String> read(long client, int count, boolean blocking) {
    return apply(
        new TokenEvent.ReadAsked(nowMs, client, ++operations, FILE + client, count, blocking));
  }

  private List<String> write(long client, int count) {
    return apply(
        new TokenEvent.Written(nowMs, client, ++operations, FILE + client, count, List.of()));
  }

  private List<String> poll(long client, long watch) {
    return apply(new TokenEvent.Polled(nowMs, client, watch, true));
  }

  private List<String> end(long client, @Nullable Long heir) {
    return apply(new TokenEvent.ClientEnded(nowMs, client, heir));
  }

  private void open(long client) {
    apply(new TokenEvent.PipeOpened(nowMs, client, 0));
  }

  private List<String> see(long client, int unread) {
    pipes.put(client, unread);
    return apply(new TokenEvent.PipeSeen(nowMs, client, unread));
  }

  private void pass(long timeMs) {
    nowMs = timeMs;
    apply(new TokenEvent.Ticked(timeMs));
  }

  /** Applies an event, and answers drains of clients' FIFOs. */
  private List<String> apply(TokenEvent event) {
    List<String> done = new ArrayList<>();
    List<TokenEffect> due = new ArrayList<>(file.apply(event));
    while (!due.isEmpty()) {
      TokenEffect next = due.removeFirst();
      done.add(text(next));
      if (next instanceof TokenEffect.PipePut put) {
        pipes.merge(put.client(), put.count(), Integer::sum);
      } else if (next instanceof TokenEffect.PipeDrain drain) {
        int count = Math.min(drain.count(), pipes.getOrDefault(drain.client(), 0));
        pipes.merge(drain.client(), -count, Integer::sum);
        due.addAll(file.apply(new TokenEvent.PipeDrained(nowMs, drain.client(), count)));
      }
    }
    return done;
  }

  private static String text(TokenEffect effect) {
    return switch (effect) {
      case TokenEffect.Remember e -> "remember " + e.client() + " " + e.held();
      case TokenEffect.Deliver e -> "deliver " + e.client() + " " + e.count();
      case TokenEffect.Refuse e -> "refuse " + e.client();
      case TokenEffect.Accept e -> "accept " + e.client() + " " + e.count();
      case TokenEffect.TellPoll e -> "poll " + e.watch() + " " + e.ready();
      case TokenEffect.Wake e -> "wake " + e.watch();
      case TokenEffect.PipePut e -> "pipe put " + e.client() + " " + e.count();
      case TokenEffect.PipeDrain e -> "pipe drain " + e.client() + " " + e.count();
      case TokenEffect.Drained e -> "drained " + e.count();
      case TokenEffect.Want e -> "want";
    };
  }
}
