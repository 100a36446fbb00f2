package dev.dibs.daemon.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.host.CgroupMemory;
import dev.dibs.host.OsException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StallsTest {

  private final Stalls stalls = new Stalls();
  private long nowMs;

  @Test
  void whatStalledBeforeTheFirstLookIsNotKnown() throws OsException {
    assertThat(look(cgroup("/a", 700_000))).isZero();
  }

  @Test
  void theDifferenceBetweenTwoLooksCounts() throws OsException {
    look(cgroup("/a", 700_000));
    nowMs += 500;
    assertThat(look(cgroup("/a", 800_000))).isEqualTo(200);
    nowMs += 500;
    assertThat(look(cgroup("/a", 800_000))).isZero();
  }

  @Test
  void theWorstPlaceCounts() throws OsException {
    look(cgroup("/a", 0), cgroup("/b", 0));
    nowMs += 1_000;
    assertThat(look(cgroup("/a", 100_000), cgroup("/b", 900_000))).isEqualTo(900);
  }

  @Test
  void aPlaceThatIsNewHasNoPast() throws OsException {
    look(cgroup("/a", 0));
    nowMs += 1_000;
    assertThat(look(cgroup("/a", 0), cgroup("/b", 50_000_000))).isZero();
  }

  @Test
  void clocksAndCountsThatJumpAreNoMoreThanAllOrNothing() throws OsException {
    look(cgroup("/a", 5_000_000));
    nowMs += 10;
    assertThat(look(cgroup("/a", 9_000_000))).isEqualTo(1_000);
    nowMs += 10;
    assertThat(look(cgroup("/a", 0))).isZero();
    nowMs -= 10_000;
    assertThat(look(cgroup("/a", 1_000_000))).isZero();
  }

  /** Beside the machine, which stalls too, but not by what these places say. */
  private int look(CgroupMemory... places) throws OsException {
    return stalls.fullPermille(List.of(places), TimeUnit.MILLISECONDS.toNanos(nowMs));
  }

  private static CgroupMemory cgroup(String name, long stallUs) {
    return new CgroupMemory(name, "memory.max", 1 << 30, 0, OptionalLong.of(stallUs));
  }
}
