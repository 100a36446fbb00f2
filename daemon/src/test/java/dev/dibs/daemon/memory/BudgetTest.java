package dev.dibs.daemon.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.host.CgroupMemory;
import dev.dibs.host.MemoryBounds;
import dev.dibs.host.MemoryInfo;
import dev.dibs.host.OsException;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BudgetTest {

  private static final long MIB = 1024 * 1024;

  @Test
  void aReserveStaysFree() {
    assertThat(Budget.ofMachine(new MemoryInfo(25_000 * MIB, 20_000 * MIB, 0)))
        .isEqualTo(new Room(24_000, 19_000, "memory of the machine"));
  }

  @Test
  void ofASmallMachineAQuarterStaysFreeAtMost() {
    assertThat(Budget.ofMachine(new MemoryInfo(4_000 * MIB, 3_000 * MIB, 0)).roomMib())
        .isEqualTo(3_000 - 256);
    assertThat(Budget.ofMachine(new MemoryInfo(400 * MIB, 50 * MIB, 0)).roomMib()).isEqualTo(-50);
  }

  @Test
  void theLeastOfAllBoundsCounts() throws OsException {
    Budget budget = new Budget(OptionalInt.of(900), new MemoryBounds());
    assertThat(budget.room(100, List.of())).contains(new Room(900, 800, "DIBS_MEMORY"));
    assertThat(budget.room(100, List.of(cgroup(1000 * MIB, 700 * MIB))))
        .contains(new Room(960, 260, "cgroup /a (memory.max)"));
    assertThat(budget.room(Long.MAX_VALUE, List.of()).orElseThrow().roomMib()).isNegative();
  }

  private static CgroupMemory cgroup(long limit, long used) {
    return new CgroupMemory("/a", "memory.max", limit, used, OptionalLong.empty());
  }
}
