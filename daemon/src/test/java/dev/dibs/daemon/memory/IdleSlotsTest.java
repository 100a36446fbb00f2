package dev.dibs.daemon.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.daemon.learned.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IdleSlotsTest {

  private static final long PARTY = 7;
  private static final long LOOK_MS = 2_000;
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final long LONG_MS = LONG.toMillis();

  /** Eight slots, and a note of what became of them. */
  private final class Eight implements IdleSlots.Slots {
    @Override
    public boolean areWanted() {
      return wanted;
    }

    @Override
    public int inUse(long party) {
      return inUse;
    }

    @Override
    public long lend(long party, int slots) {
      done.add("lend " + slots);
      return 42;
    }

    @Override
    public void callBack(long loan) {
      done.add("call back " + loan);
    }
  }

  private final List<String> done = new ArrayList<>();
  private final IdleSlots idle = new IdleSlots(new Eight(), LONG);
  private boolean wanted = true;
  private int inUse = 8;
  private long nowMs;
  private long usedMs;
  private int awake;

  @Test
  void whatWasIdleForLongIsLent() {
    work(0, LONG_MS - LOOK_MS);
    assertThat(done).isEmpty();
    work(0, 2 * LOOK_MS);
    assertThat(done).containsExactly("lend 8");
  }

  @Test
  void whoUsesSomeKeepsThoseAndAQuarterMore() {
    work(2, 2 * LONG_MS);
    assertThat(done).containsExactly("lend 5");
  }

  @Test
  void whoUsesMoreThanHalfLendsNothing() {
    work(5, 2 * LONG_MS);
    assertThat(done).isEmpty();
  }

  @Test
  void whoWouldRunAndGetsNoProcessorIsNotIdle() {
    awake = 6;
    work(0, 2 * LONG_MS);
    assertThat(done).containsExactly("lend 2");
  }

  @Test
  void nothingIsLentWhileNobodyWaits() {
    wanted = false;
    work(0, 2 * LONG_MS);
    assertThat(done).isEmpty();
  }

  @Test
  void whatCameLatelyIsNotLent() {
    inUse = 1;
    work(0, 2 * LONG_MS);
    done.clear();
    IdleSlots another = new IdleSlots(new Eight(), LONG);
    look(another);
    inUse = 8;
    nowMs += LONG_MS + 1;
    look(another);
    assertThat(done).containsExactly("lend 1");
  }

  @Test
  void whatWasLentIsCalledBackWhenItsHolderWorksAgain() {
    work(0, 2 * LONG_MS);
    work(3, LOOK_MS);
    assertThat(done).containsExactly("lend 8", "call back 42");
    work(3, LONG_MS - LOOK_MS);
    assertThat(done).hasSize(2);
  }

  @Test
  void timeThatGoesBackIsNoWork() {
    work(0, 2 * LONG_MS);
    usedMs = -50_000;
    work(0, LOOK_MS);
    assertThat(done).containsExactly("lend 8");
  }

  @Test
  void whatIsOverIsForgotten() {
    work(0, 2 * LONG_MS);
    idle.looked(
        new Look(nowMs, Optional.empty(), 0, List.of(), Map.of(), List.of(), Units.NONE, false));
    work(8, 2 * LOOK_MS);
    assertThat(done).containsExactly("lend 8");
  }

  private void work(double cpus, long ms) {
    for (long until = nowMs + ms; nowMs < until; nowMs += LOOK_MS) {
      look(idle);
      usedMs += (long) (cpus * LOOK_MS);
    }
    look(idle);
  }

  private void look(IdleSlots slots) {
    slots.looked(
        new Look(
            nowMs,
            Optional.empty(),
            0,
            List.of(),
            Map.of(PARTY, new Work(usedMs, awake)),
            List.of(),
            Units.NONE,
            false));
  }
}
