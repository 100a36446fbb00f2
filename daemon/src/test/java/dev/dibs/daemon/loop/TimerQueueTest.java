package dev.dibs.daemon.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimerQueueTest {
  private final TimerQueue timers = new TimerQueue();
  private final List<String> done = new ArrayList<>();

  @Test
  void whatIsDueIsDoneInOrder() {
    timers.at(2, () -> done.add("b"));
    timers.at(1, () -> done.add("a"));
    timers.at(2, () -> done.add("c"));
    timers.at(3, () -> done.add("later"));
    timers.runDue(2);
    assertThat(done).containsExactly("a", "b", "c");
    assertThat(timers.nextMs()).isEqualTo(3);
  }

  @Test
  void whatIsCancelledIsNotDone() {
    TimerQueue.Timer cancelled = timers.at(1, () -> done.add("a"));
    cancelled.cancel();
    cancelled.cancel();
    timers.runDue(1);
    cancelled.cancel();
    assertThat(done).isEmpty();
  }

  @Test
  void timersThatAreCancelledDoNotPileUp() {
    timers.at(5, () -> done.add("a"));
    for (int i = 0; i < 10_000; i++) {
      timers.at(1_000_000, () -> done.add("never")).cancel();
      assertThat(timers.size()).isLessThan(100);
    }
    timers.runDue(5);
    assertThat(done).containsExactly("a");
  }
}
