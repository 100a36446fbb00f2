package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code dibs job}: one unit of work, inside a run and without one. */
class JobTest {
  private static final String TEN_JOBS =
      """
      for i in 1 2 3 4 5 6 7 8 9 10; do dibs job -- counted & jobs="$jobs $!"; done
      for job in $jobs; do wait $job || exit; done
      """;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  @Test
  void tenJobsOfAScriptInOneRunStayInThePool() {
    dibs.runScript(TEN_JOBS).meeting(2).with("COUNTED_WAIT_MS", "50").end().well();
    assertThat(dibs.count()).returns(2L, Count::peak).returns(10L, Count::ended);
  }

  @Test
  void tenJobsOfAScriptWithoutRunStayInThePool() {
    dibs.plain("sh", "-c", TEN_JOBS).meeting(2).with("COUNTED_WAIT_MS", "50").end().well();
    assertThat(dibs.count()).returns(2L, Count::peak).returns(10L, Count::ended);
  }

  @Test
  void tenJobsOnTheirOwnStayInThePool() {
    List<Running> jobs =
        IntStream.range(0, 10)
            .mapToObj(i -> dibs.dibs("job", "--", "counted").meeting(2).start())
            .toList();
    jobs.forEach(job -> job.end().well());
    assertThat(dibs.count()).returns(2L, Count::peak).returns(10L, Count::ended);
  }

  @Test
  void jobsAsCompilersBelowMakeAreCoveredByItsTokens() {
    compileWithJobs();
    dibs.dibs("run", "--", "make", "-j").meeting(2).end().well();
    assertThat(dibs.count()).returns(2L, Count::peak).returns(12L, Count::ended);
  }

  @Test
  void jobsAsCompilersBelowMakeWithoutRunStayInThePool() {
    compileWithJobs();
    dibs.plain("make", "-j").meeting(2).end().well();
    assertThat(dibs.count()).returns(2L, Count::peak).returns(12L, Count::ended);
  }

  @Test
  void aJobOfTwoSlotsHasThePoolForItself() {
    List<Running> jobs =
        IntStream.range(0, 4)
            .mapToObj(i -> dibs.dibs("job", "--slots", "2", "--", "counted").start())
            .toList();
    jobs.forEach(job -> job.end().well());
    assertThat(dibs.count().peak()).isEqualTo(1);
  }

  @Test
  void aJobKnowsHowManySlotsItHas() {
    assertThat(dibs.dibs("job", "--slots", "2", "--", "printenv", "DIBS_SLOTS").end().well().out())
        .isEqualTo("2\n");
  }

  @Test
  void moreSlotsThanThereAreCountAsAll() {
    dibs.dibs("job", "--slots", "99", "--", "true").end().well();
  }

  @Test
  void aJobMayCarryWhatIsKnownOfIt() {
    dibs.dibs("job", "--kind", "link", "--target", "app", "--", "true").end().well();
  }

  private void compileWithJobs() {
    Texts.write(
        dibs.folder().resolve("Makefile"),
        Build.makefile("o", Build.JOBS).replace("counted", "dibs job -- counted"));
  }
}
