package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** Runs share the pool by their weights, and soon. */
@Isolated("builds that have the machine for themselves are compared")
class FairnessTest {
  private static final int MORE_THAN_ENOUGH = 3000;

  /**
   * What the pool gets done on a machine with nothing else to do: four at once that take 200 ms.
   */
  private static final long JOBS_A_SECOND = 20;

  /** Of four slots: with fewer at work nobody is kept from his share by the other. */
  private static final double IN_USE = 3;

  @RegisterExtension final Dibs dibs = Dibs.withPool(4);

  @Test
  void whoComesSecondHasHalfSoon() {
    endless("first", 4);
    Until.holds("the whole pool for the first", () -> peak("first") == 4);
    endless("second", 2);
    Until.holds("a job of the second", () -> peak("second") > 0);
    long ended = ended("first") + ended("second");
    Until.holds("half of the pool for the second", () -> peak("second") >= 2);
    assertThat(ended("first") + ended("second") - ended).isLessThan(10 * JOBS_A_SECOND);
    assertThat(ratioFromNow("first", "second")).isBetween(0.6, 1.7);
  }

  @Test
  void whoWeighsThreeTimesAsMuchHasThreeTimesAsMuch() {
    endless("heavy", 3, "--weight", "300");
    endless("light", 1);
    Until.holds("both at work", () -> peak("heavy") >= 3 && peak("light") >= 1);
    assertThat(ratioFromNow("heavy", "light")).isBetween(1.9, 4.5);
  }

  @Test
  void aJobIsServedWhileBuildsFillThePool() {
    endless("first", 2);
    endless("second", 2);
    Until.holds("both at work", () -> peak("first") >= 2 && peak("second") >= 2);
    long ended = ended("first") + ended("second");
    dibs.dibs("job", "--", "true").end().well();
    assertThat(ended("first") + ended("second") - ended).isLessThan(2 * JOBS_A_SECOND);
  }

  /** Of four slots two are the roots' own for as long as the builds live. */
  @Test
  void aJobOfAllThatTheBuildsCanSpareIsServed() {
    endless("first", 2);
    endless("second", 2);
    Until.holds("both at work", () -> peak("first") >= 2 && peak("second") >= 2);
    dibs.dibs("job", "--slots", "2", "-w", "20", "--", "true").end().well();
  }

  @Test
  void whatOneLeavesTheOtherTakes() {
    Running first = endless("first", 2);
    endless("second", 4);
    Until.holds("both at work", () -> peak("first") >= 2 && peak("second") >= 2);
    first.killAll();
    Until.holds("the whole pool for the second", () -> peak("second") == 4);
  }

  /**
   * A make with more jobs than it will ever get done, which are logged under its name.
   *
   * @param atOnce how many of them run at once before the first one ends
   */
  private Running endless(String name, int atOnce, String... options) {
    Path folder = dibs.folder().resolve(name);
    Texts.write(
        folder.resolve("Makefile"), Build.makefile("o", MORE_THAN_ENOUGH).replace(" touch $@", ""));
    String[] words = new String[options.length + 5];
    words[0] = "run";
    System.arraycopy(options, 0, words, 1, options.length);
    System.arraycopy(new String[] {"--quiet", "--", "make", "-j"}, 0, words, 1 + options.length, 4);
    return dibs.dibs(words)
        .in(folder)
        .with("COUNTED_LOG", log(name).toString())
        .with("COUNTED_CPU_MS", "1")
        .with("COUNTED_WAIT_MS", "200")
        .meeting(atOnce)
        .start();
  }

  private Path log(String name) {
    return dibs.folder().resolve(name + ".log");
  }

  private long peak(String name) {
    return dibs.count(log(name)).peak();
  }

  /**
   * How much more of the pool one has than the other while the two do a hundred jobs, from now or
   * from when the machine starts jobs as fast as the pool allows.
   */
  private double ratioFromNow(String one, String other) {
    double[] both = new double[2];
    Until.holds(
        "a pool that is in use",
        () -> {
          long fromNs = System.nanoTime();
          long jobs = ended(one) + ended(other);
          Until.holds("a hundred jobs", () -> ended(one) + ended(other) >= jobs + 100);
          long toNs = System.nanoTime();
          both[0] = dibs.count(log(one), fromNs, toNs).average();
          both[1] = dibs.count(log(other), fromNs, toNs).average();
          return both[0] + both[1] > IN_USE;
        });
    return both[0] / both[1];
  }

  private long ended(String name) {
    return dibs.count(log(name)).ended();
  }
}
