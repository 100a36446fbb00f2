package dev.dibs.core.history;

import static dev.dibs.core.history.Ending.DONE;
import static dev.dibs.core.history.Ending.FAILED;
import static dev.dibs.core.history.Ending.KILLED;
import static dev.dibs.core.history.Ending.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.core.history.Estimate.Basis;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HistoryTest {

  private static final int BUDGET = 1_000;
  private static final JobKey JOB = key("x.o");

  private final History history = new History(100);

  @Test
  void ofNothingMostOfTheMachineIsGuessed() {
    assertThat(estimate(JOB)).isEqualTo(new Estimate(600, 0, Basis.GUESSED));
  }

  @Test
  void noGuessIsAboveAGibibyte() {
    assertThat(history.estimate(JOB, 64 * 1024).mib()).isEqualTo(1024);
    assertThat(history.estimate(JOB, 0).mib()).as("budget unknown").isEqualTo(1024);
    assertThat(history.estimate(JOB, 2).mib()).as("budget tiny").isEqualTo(1);
    assertThat(history.estimate(JOB, BUDGET, 16).mib()).as("of little").isEqualTo(16);
    add(JOB, 40, KILLED);
    assertThat(history.estimate(JOB, BUDGET, 16).mib()).as("but more").isEqualTo(601);
  }

  @Test
  void whatWasDoneOnceIsExpectedAgainWithAMargin() {
    add(JOB, 100, DONE);
    assertThat(estimate(JOB)).isEqualTo(new Estimate(130, 1_000, Basis.MEASURED));
  }

  @Test
  void whatWasDoneFiveTimesIsKnownMoreClosely() {
    IntStream.of(900, 100, 120, 110, 90).forEach(mib -> add(JOB, mib, DONE));
    assertThat(estimate(JOB).mib()).isEqualTo(990);
    add(JOB, 100, DONE);
    assertThat(estimate(JOB).mib()).as("only the last five count").isEqualTo(132);
  }

  @Test
  void whatIsUnknownIsExpectedToBeLikeMostOfItsClass() {
    IntStream.rangeClosed(1, 10).forEach(i -> add(key(i + ".o"), 10 * i, DONE));
    assertThat(estimate(JOB)).isEqualTo(new Estimate(90, 1_000, Basis.CLASS));
    assertThat(estimate(new JobKey("cc", "link", "x")).basis()).isEqualTo(Basis.GUESSED);
  }

  @Test
  void aClassOfFewJobsLowersNoGuess() {
    add(key("1.o"), 10, DONE);
    add(key("2.o"), 700, DONE);
    assertThat(estimate(JOB).mib()).isEqualTo(700);
    history.forget(key("2.o")::equals);
    assertThat(estimate(JOB).mib()).isEqualTo(600);
  }

  @Test
  void aJobThatIsDoneOftenCountsOnceInItsClass() {
    IntStream.range(0, 50).forEach(i -> add(key("often.o"), 500, DONE));
    IntStream.range(0, 20).forEach(i -> add(key(i + ".o"), 10, DONE));
    assertThat(estimate(JOB).mib()).isEqualTo(10);
  }

  @Test
  void whatWasKilledForWantOfMemoryIsExpectedToNeedTwiceAsMuch() {
    add(JOB, 400, KILLED);
    assertThat(estimate(JOB)).isEqualTo(new Estimate(800, 0, Basis.GUESSED));
    add(JOB, 10, KILLED);
    assertThat(estimate(JOB).mib()).as("more than was expected").isEqualTo(801);
    add(JOB, 500, DONE);
    assertThat(estimate(JOB).mib()).as("now it is known").isEqualTo(650);
  }

  @Test
  void whatFailsShowsWhatItNeedsAtLeast() {
    add(JOB, 700, FAILED);
    assertThat(estimate(JOB).mib()).isEqualTo(700);
    add(JOB, 20, FAILED);
    assertThat(estimate(JOB).mib()).isEqualTo(700);
  }

  @Test
  void whatEndedNobodyKnowsHowCountsIfItWasAsUsual() {
    add(JOB, 500, UNKNOWN);
    assertThat(estimate(JOB)).isEqualTo(new Estimate(650, 1_000, Basis.MEASURED));
    add(JOB, 450, UNKNOWN);
    IntStream.range(0, 9).forEach(i -> add(JOB, 20, UNKNOWN));
    assertThat(estimate(JOB).mib()).isEqualTo(650);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DONE")
  void nothingButWorkThatWasDoneLowersAnEstimate(Ending ending) {
    Random dice = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      JobKey job = key(dice.nextInt(20) + ".o");
      if (dice.nextInt(4) == 0) {
        add(job, dice.nextInt(900), DONE);
      } else {
        // Of the job itself: what others of its class show may raise or lower what is unknown.
        boolean known = estimate(job).basis() == Basis.MEASURED;
        int before = estimate(job).mib();
        add(job, dice.nextInt(900), ending);
        int after = estimate(job).mib();
        boolean asUsual = ending == UNKNOWN; // which may push out the largest of the last five
        assertThat(after).isGreaterThanOrEqualTo(known && !asUsual ? before : 1);
      }
    }
  }

  @Test
  void theJobThatWasUsedLeastRecentlyIsForgottenFirst() {
    History small = new History(3);
    List.of("a", "b", "c").forEach(name -> small.add(key(name), done(10), BUDGET));
    small.estimate(key("a"), BUDGET);
    small.add(key("d"), done(10), BUDGET);
    assertThat(small.jobs()).extracting(job -> job.key().target()).containsExactly("c", "a", "d");
    assertThat(small.classes(BUDGET)).hasSize(1).first().returns(3, History.ClassEstimate::jobs);
  }

  @Test
  void classesGoWithTheirJobs() {
    add(JOB, 100, DONE);
    add(key("failed.o"), 100, FAILED);
    assertThat(history.forget(key -> key.isMeantBy("cc/compile"))).isEqualTo(2);
    assertThat(history.jobs()).isEmpty();
    assertThat(history.classes(BUDGET)).isEmpty();
  }

  @Test
  void whatIsImpossiblyLargeOverflowsNothing() {
    IntStream.range(0, 9).forEach(i -> add(JOB, Integer.MAX_VALUE, KILLED));
    assertThat(estimate(JOB).mib()).isEqualTo(JobRecord.MIB_MAX);
    add(JOB, Integer.MAX_VALUE, DONE);
    assertThat(estimate(JOB).mib()).isPositive();
  }

  @Test
  void aKeyIsSafeWhateverItIsMadeOf() {
    JobKey key = new JobKey("", "a/b\nc", "x\u0000\u2028\ud800y");
    assertThat(key).isEqualTo(new JobKey("-", "a_b_c", "x___y"));
    assertThat(JobKey.parse(key.toString())).hasValue(key);
    JobKey wide = new JobKey("t".repeat(99), "k", "😀".repeat(1_000));
    assertThat(wide.tool()).hasSize(JobKey.WORD_MAX);
    assertThat(wide.target().length()).isLessThanOrEqualTo(JobKey.TARGET_MAX);
    assertThat(new JobKey(wide.tool(), wide.kind(), wide.target())).isEqualTo(wide);
    assertThat(key("x".repeat(300) + "a")).isNotEqualTo(key("y" + "x".repeat(299) + "a"));
  }

  @Test
  void aKeyIsMeantByItsBeginning() {
    JobKey key = new JobKey("cc", "compile", "src/x.o");
    assertThat(List.of("cc", "cc/compile", "cc/compile/src/x.o")).allMatch(key::isMeantBy);
    assertThat(List.of("c", "cc/", "compile", "cc/compile/src", "")).noneMatch(key::isMeantBy);
  }

  @Test
  void aMovingQuantileKnowsTheLatestOnly() {
    MovingQuantile quantile = new MovingQuantile(10, 90);
    assertThat(quantile.value()).isZero();
    IntStream.rangeClosed(1, 10).forEach(quantile::add);
    assertThat(quantile.value()).isEqualTo(9);
    IntStream.range(0, 10).forEach(i -> quantile.add(3));
    assertThat(quantile).returns(3L, MovingQuantile::value).returns(10, MovingQuantile::size);
  }

  private static JobKey key(String target) {
    return new JobKey("cc", "compile", target);
  }

  private static Sample done(int mib) {
    return new Sample(mib, 1_000, DONE);
  }

  private void add(JobKey key, int mib, Ending ending) {
    history.add(key, new Sample(mib, 1_000, ending), BUDGET);
  }

  private Estimate estimate(JobKey key) {
    return history.estimate(key, BUDGET);
  }
}
