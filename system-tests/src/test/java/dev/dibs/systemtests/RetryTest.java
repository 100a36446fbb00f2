package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code dibs run --retry}: what fails under load is run again, with half of the slots. */
class RetryTest {
  /** Several commands one after the other, on a busy machine. */
  private static final Duration LONG = Duration.ofMinutes(2);

  /** Fails twice. What it is given, and how many run at once, each attempt has for itself. */
  private static final String FLAKY =
      """
      echo >>attempts
      n=$(wc -l <attempts)
      COUNTED_LOG=$PWD/log$n COUNTED_WAIT_MS=200 make -s -j9 || exit
      [ "$n" -ge 3 ] || exit 7
      """;

  @RegisterExtension final Dibs dibs = Dibs.withPool(4);

  @Test
  void eachAttemptHasHalfOfTheSlotsOfTheOneBefore() {
    Texts.write(dibs.folder().resolve("Makefile"), Build.makefile("o", 8));
    Texts.write(dibs.folder().resolve("build.sh"), "rm -f o*\n" + FLAKY);
    Ended build = retried("--retry", "3", "--retry-on", "7", "--", "sh", "build.sh").well();
    assertThat(build.err())
        .contains("sh ended with status 7; running it again with at most 2 slots, 1 of 3")
        .contains("sh ended with status 7; running it again with 1 slot, 2 of 3");
    List<Long> peaks = List.of(peak(1), peak(2), peak(3));
    assertThat(peaks).containsExactly(4L, 2L, 1L);
  }

  @Test
  void aCommandThatCountsProcessorsSeesHalfOfThem() {
    assumeThat(Runtime.getRuntime().availableProcessors()).isGreaterThan(1);
    String says = "echo $DIBS_SLOTS slots, $(nproc) CPUs; [ -e once ] || { : >once; exit 3; }";
    Ended build =
        retried("--slots", "2", "--retry", "1", "--retry-on", "3", "--", "sh", "-c", says).well();
    assertThat(build.out()).isEqualTo("2 slots, 2 CPUs\n1 slots, 1 CPUs\n");
  }

  @Test
  void afterTheLastAttemptItEndsAsTheCommandEnded() {
    Ended build = retried("--retry", "2", "--retry-on", "7,9", "--", "sh", "-c", failing("exit 9"));
    assertThat(build.with(9).err()).contains("failed 3 times, the last time with 1 slot");
    assertThat(attempts()).isEqualTo(3);
  }

  @Test
  void anotherStatusIsFinal() {
    long kills = MemoryCgroup.kernelKills();
    Ended run = retried("--retry", "2", "--retry-on", "7", "--", "sh", "-c", failing("exit 8"));
    assertThat(run.with(8).err()).doesNotContain("ended with status 8; running it again");
    // Whoever ran out of memory meanwhile, anywhere, might have been why.
    assertThat(attempts() == 1 || MemoryCgroup.kernelKills() > kills).isTrue();
  }

  @Test
  void whatASignalKilledIsRunAgainUnlessItWasAskedToEnd() {
    retried("--retry", "2", "--", "sh", "-c", failing("kill -SEGV $$")).with(128 + 11);
    assertThat(attempts()).isEqualTo(3);
    Texts.write(dibs.folder().resolve("attempts"), "");
    retried("--retry", "2", "--", "sh", "-c", failing("kill -TERM $$")).with(128 + 15);
    assertThat(attempts()).isEqualTo(1);
  }

  @Test
  void whatFailsAsTheKernelKillsForMemoryIsRunAgain() {
    Optional<MemoryCgroup> limited = MemoryCgroup.limitedTo(16);
    assumeThat(limited).as("missing: a cgroup of one's own").isPresent();
    dibs.startedDaemon();
    try (MemoryCgroup small = limited.orElseThrow()) {
      String script =
          failing("[ -s attempts2 ] || { echo x >attempts2; " + inside(small) + " || exit 1; }");
      Ended build = retried("--retry", "1", "--", "sh", "-c", script).well();
      assertThat(build.err()).contains("failed while the kernel killed somebody");
      assertThat(attempts()).isEqualTo(2);
    }
  }

  /** A program that wants more than the cgroup has; the shell around it lives. */
  private static String inside(MemoryCgroup cgroup) {
    List<String> words = cgroup.start(List.of("eater", "64", "0"));
    return "sh -c '" + words.get(2) + "' sh eater 64 0";
  }

  private Ended retried(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "run";
    System.arraycopy(words, 0, all, 1, words.length);
    return dibs.dibs(all).start().endWithin(LONG);
  }

  /** Counts how often it was begun. */
  private static String failing(String end) {
    return "echo >>attempts; " + end;
  }

  private long attempts() {
    return Texts.read(dibs.folder().resolve("attempts")).lines().count();
  }

  private long peak(int attempt) {
    return dibs.count(dibs.folder().resolve("log" + attempt)).peak();
  }
}
