package dev.dibs.daemon.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.host.ProcessStat;
import java.util.List;
import org.junit.jupiter.api.Test;

class BurnersTest {

  private static final int SELF = 1000;
  private static final int PID = 7;
  private static final long MARK_EVERY_MS = 5_000;

  private final Burners burners = new Burners(SELF, MARK_EVERY_MS);
  private long nowMs;
  private long ticks;
  private long startTicks = 1;
  private List<Burner> found = List.of();

  @Test
  void whoKeepsAProcessorBusyForTwoMarksIsOne() {
    burn(PID, 1, 2);
    assertThat(found).isEmpty();
    burn(PID, 1, 1);
    assertThat(found).containsExactly(new Burner(PID, "stress", 1));
  }

  @Test
  void whoBurnsLessRemainsOneUntilItBurnsLittle() {
    burn(PID, 1, 4);
    burn(PID, 0.5, 2);
    assertThat(found).hasSize(1);
    burn(PID, 0.2, 2);
    assertThat(found).isEmpty();
  }

  @Test
  void whoBurnsHalfIsNone() {
    burn(PID, 0.6, 5);
    assertThat(found).isEmpty();
  }

  @Test
  void weAreNone() {
    burn(SELF, 1, 5);
    assertThat(found).isEmpty();
  }

  @Test
  void anotherProcessOfTheSameNumberBeginsAnew() {
    burn(PID, 1, 4);
    startTicks++;
    burn(PID, 1, 1);
    assertThat(found).isEmpty();
  }

  @Test
  void aLookBetweenTwoMarksChangesNothing() {
    burn(PID, 1, 4);
    nowMs -= MARK_EVERY_MS - 10;
    found = burners.among(List.of(process(PID)), nowMs);
    assertThat(found).hasSize(1);
  }

  @Test
  void clocksThatJumpMakeNoBurners() {
    burn(PID, -5, 3);
    assertThat(found).isEmpty();
    nowMs -= 100_000;
    burn(PID, 0, 3);
    assertThat(found).isEmpty();
  }

  private void burn(int pid, double cpus, int marks) {
    for (int i = 0; i < marks; i++) {
      found = burners.among(List.of(process(pid)), nowMs);
      nowMs += MARK_EVERY_MS;
      ticks += (long) (cpus * MARK_EVERY_MS / ProcessStat.TICK_MS);
    }
  }

  private ProcessStat process(int pid) {
    return new ProcessStat(pid, "stress", 'R', 1, 1, ticks, 0, startTicks);
  }
}
