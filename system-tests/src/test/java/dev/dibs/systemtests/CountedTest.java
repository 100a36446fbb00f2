package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The measuring instrument itself, on tools without dibs: it must see what the other tests must not
 * find.
 */
class CountedTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  static Stream<Build> builds() {
    return Build.all();
  }

  @ParameterizedTest
  @MethodSource("builds")
  void sawMoreThanTwoAtOnceWithoutDibs(Build build) {
    build.prepare(dibs, "b").withoutDibs().meeting(3).end().well();
    assertThat(dibs.count().peak()).isGreaterThan(2);
  }

  @Test
  void sawOneAtATimeBelowMakeJ1() {
    Build.MAKE.prepare(dibs, "b");
    dibs.plain("make", "-j1", "-C", "b").end().well();
    assertThat(dibs.count())
        .returns(1L, Count::peak)
        .returns((long) Build.JOBS, Count::started)
        .returns((long) Build.JOBS, Count::ended);
  }

  @Test
  void sawTwoAtOnceBelowMakeJ2() {
    Build.MAKE.prepare(dibs, "b");
    dibs.plain("make", "-j2", "-C", "b").meeting(2).end().well();
    assertThat(dibs.count().peak()).isEqualTo(2);
  }

  @Test
  void aJobThatIsKilledCountsUntilThen() {
    Texts.write(
        dibs.log(), "S 10 1\nS 20 2\nK 30 1\nE 31 1 5\nS 40 3 name\nE 50 2 7\nE 60 3 7\nK 70 3\n");
    assertThat(dibs.count())
        .returns(2L, Count::peak)
        .returns(3L, Count::started)
        .returns(2L, Count::ended);
  }

  @Test
  void whoRanWhenItWereTooManyIsTold() {
    Texts.write(dibs.log(), "S 10 1 one\nS 3000020 2\nE 3000030 1 5\nS 3000040 3 three\n");
    assertThat(dibs.above(1))
        .containsExactly(
            new Excess(3_000_020, "2 1 (one, 3 ms), 2 (no name, 0 ms)"),
            new Excess(3_000_040, "2 2 (no name, 0 ms), 3 (three, 0 ms)"));
    assertThat(dibs.above(2)).isEmpty();
  }

  @Test
  void processesOfThisWorldAreFound() {
    Running sleeper = dibs.plain("sleep", "1000").start();
    Until.holds("the sleeper in this world", () -> dibs.inThisWorld().size() == 1);
    assertThat(dibs.inThisWorld()).extracting(ProcessHandle::pid).containsExactly(sleeper.pid());
  }

  @Test
  void theDaemonOfThisWorldIsFound() {
    long daemon = dibs.startedDaemon();
    List<Long> all =
        LongStream.concat(
                LongStream.of(daemon, dibs.supervisor().orElseThrow()), dibs.keeper().stream())
            .boxed()
            .toList();
    assertThat(dibs.inThisWorld())
        .extracting(ProcessHandle::pid)
        .containsExactlyInAnyOrderElementsOf(all);
  }
}
