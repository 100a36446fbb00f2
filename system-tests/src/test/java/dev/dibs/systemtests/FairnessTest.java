package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** Runs share the pool by their weights, and soon. */
@Isolated("builds that have the machine for themselves are compared")
class FairnessTest {
  private static final int MORE_THAN_ENOUGH = 3000;
  private static final Duration SOON = Duration.ofSeconds(10);

  @RegisterExtension final Dibs dibs = Dibs.withPool(4);

  @Test
  void whoComesSecondHasHalfSoon() {
    endless("first");
    Until.holds("the whole pool for the first", () -> peak("first") == 4);
    endless("second");
    Until.holds("a job of the second", () -> peak("second") > 0);
    Until.holds(
        () -> "half of the pool for the second, not " + peak("second"),
        () -> peak("second") >= 2,
        SOON);
    assertThat(ratioFromNow("first", "second")).isBetween(0.6, 1.7);
  }

  @Test
  void whoWeighsThreeTimesAsMuchHasThreeTimesAsMuch() {
    endless("heavy", "--weight", "300");
    endless("light");
    Until.holds("both at work", () -> peak("heavy") >= 3 && peak("light") >= 1);
    assertThat(ratioFromNow("heavy", "light")).isBetween(1.9, 4.5);
  }

  @Test
  void aJobIsServedWhileBuildsFillThePool() {
    endless("first");
    endless("second");
    Until.holds("both at work", () -> peak("first") >= 2 && peak("second") >= 2);
    dibs.dibs("job", "-w", "2", "--", "true").end().well();
  }

  /** Of four slots two are the roots' own for as long as the builds live. */
  @Test
  void aJobOfAllThatTheBuildsCanSpareIsServed() {
    endless("first");
    endless("second");
    Until.holds("both at work", () -> peak("first") >= 2 && peak("second") >= 2);
    dibs.dibs("job", "--slots", "2", "-w", "20", "--", "true").end().well();
  }

  @Test
  void whatOneLeavesTheOtherTakes() {
    Running first = endless("first");
    endless("second");
    Until.holds("both at work", () -> peak("first") >= 2 && peak("second") >= 2);
    first.killAll();
    Until.holds("the whole pool for the second", () -> peak("second") == 4);
  }

  /** A make with more jobs than it will ever get done, which are logged under its name. */
  private Running endless(String name, String... options) {
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
        .with("COUNTED_WAIT_MS", "40")
        .start();
  }

  private Path log(String name) {
    return dibs.folder().resolve(name + ".log");
  }

  private long peak(String name) {
    return dibs.count(log(name)).peak();
  }

  /** How much more of the pool one has than the other while the two do a hundred jobs from now. */
  private double ratioFromNow(String one, String other) {
    long fromNs = System.nanoTime();
    long jobs = ended(one) + ended(other);
    Until.holds("a hundred jobs", () -> ended(one) + ended(other) >= jobs + 100);
    long toNs = System.nanoTime();
    return dibs.count(log(one), fromNs, toNs).average()
        / dibs.count(log(other), fromNs, toNs).average();
  }

  private long ended(String name) {
    return dibs.count(log(name)).ended();
  }
}
