package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Builds succeed though somebody else takes memory and processors and compilers are killed. Longer:
 * {@code -Dchaos.units=100}; the schedule of a failure: {@code -Dchaos.seed=N}.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@Isolated("it fills the memory that the machine gives it")
class MemoryChaosTest {
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime() % 1_000_000);
  private static final int UNITS = Integer.getInteger("chaos.units", 2);

  /** Five times what three builds took for a unit each on two processors that ten others used. */
  private static final Duration PER_UNIT = Duration.ofSeconds(30);

  private static final Duration KILL_EVERY = Duration.ofMillis(200);

  private static final List<String> MAKE = List.of("dibs", "run", "--quiet", "--", "make", "-j4");

  /** Where the limit is declared only nobody can tell that memory was why. */
  private static final List<String> MAKE_AGAIN =
      List.of("dibs", "run", "--quiet", "--retry", "20", "--retry-on", "2", "--", "make", "-j4");

  @RegisterExtension final Dibs dibs = Dibs.withPool(4);
  private long killsBefore;

  @Test
  void allBuildsSucceedBesideHogsThoughCompilersAreKilled() {
    try (MemoryChaos chaos = new MemoryChaos(dibs, UNITS, SEED)) {
      startDaemon(chaos.isEnforced() ? "" : MemoryChaos.LIMIT_MIB + "M");
      List<Running> builds = run(chaos, chaos.isEnforced() ? MAKE : MAKE_AGAIN, "1");
      System.out.printf(
          "chaos of memory: seed %d, limit %s, %d compilers killed, %d by the kernel%n",
          SEED, chaos.isEnforced() ? "enforced" : "declared", chaos.killed(), kernelKills(chaos));
      assertThat(chaos.killed()).isPositive();
      assertThat(builds).allSatisfy(build -> build.end().well());
      assertThat(chaos.isComplete()).isTrue();
    }
  }

  /** The canary: where nobody looks at memory, nor runs anything again, a build fails. */
  @Test
  void withoutAnyOfThatABuildFails() {
    try (MemoryChaos chaos = new MemoryChaos(dibs, UNITS, SEED)) {
      startDaemon("off");
      List<Running> builds = run(chaos, MAKE, "0");
      assertThat(chaos.killed()).isPositive();
      assertThat(builds).anySatisfy(build -> assertThat(build.end().status()).isNotZero());
    }
  }

  /** Without a limit of its own, for it is to outlive them. */
  private void startDaemon(String memory) {
    dibs.dibs("run", "--", "true").with("DIBS_MEMORY", memory).end().well();
  }

  private long kernelKills(MemoryChaos chaos) {
    return MemoryCgroup.kernelKills() - killsBefore - (chaos.isEnforced() ? chaos.killed() : 0);
  }

  private List<Running> run(MemoryChaos chaos, List<String> make, String shims) {
    Tool.GCC.require();
    Tool.MAKE.require();
    killsBefore = MemoryCgroup.kernelKills();
    chaos.startHogs();
    List<Running> builds = chaos.startBuilds(make, shims);
    Until.holds(
        () -> "the end of all builds, seed " + SEED + ": " + builds,
        () -> {
          LockSupport.parkNanos(KILL_EVERY.toNanos());
          chaos.killOne();
          return builds.stream().allMatch(Running::isOver);
        },
        PER_UNIT.multipliedBy(UNITS));
    return builds;
  }
}
