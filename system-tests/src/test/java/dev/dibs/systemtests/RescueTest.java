package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Jobs that need more than they say, below a real limit. The kernel takes the memory that their
 * text lies in before it kills, and each of them stalls: that is when somebody has to go.
 */
@Isolated("it runs out of memory, at a pace that others would change")
class RescueTest {
  private static final int LIMIT_MIB = 200;
  private static final int TEXT_MIB = 16;

  @RegisterExtension final Dibs dibs = Dibs.withPool(4);

  private Optional<MemoryCgroup> limited = Optional.empty();

  /** The text lies on a disk: where the tests are built. */
  private final Path text = Programs.ROOT.resolve("system-tests/target/text-of-a-program");

  @BeforeEach
  void limit() {
    limited = MemoryCgroup.limitedTo(LIMIT_MIB);
    assumeTrue(limited.isPresent(), "missing: a cgroup of one's own");
  }

  @AfterEach
  void removeLimit() {
    dibs.inThisWorld().stream()
        .filter(process -> !dibs.ofTheDaemon().contains(process))
        .forEach(ProcessHandle::destroyForcibly);
    limited.ifPresent(MemoryCgroup::close);
    if (Files.exists(text)) {
      Texts.removeAll(text);
    }
  }

  @Test
  void theNewestThatCanBeRunAgainGoesBeforeTheKernelKills() {
    writeText(TEXT_MIB);
    dibs.startedDaemon();
    Running oldest = large();
    Running newer = large();
    Running newest = job("--", "thrasher", text.toString(), "8", "200").says("began");
    for (Running job : List.of(oldest, newer, newest)) {
      job.end().well();
    }
    assertThat(newer.said()).contains("thrasher was killed, for memory ran out; running it again");
    assertThat(List.of(oldest, newest)).noneMatch(job -> job.said().contains("killed"));
    assertThat(limited.orElseThrow().kills()).isZero();
  }

  /** The canary: where nobody looks, the kernel has to; with less text it comes to that sooner. */
  @Test
  void elseTheKernelDoes() {
    writeText(TEXT_MIB / 4);
    dibs.dibs("run", "--", "true").with("DIBS_MEMORY", "off").end().well();
    large();
    large();
    Until.holds("a kill", () -> limited.orElseThrow().kills() > 0);
  }

  @Test
  void whatDoesNotFitEvenAloneFailsAtLastAndSaysSo() {
    dibs.startedDaemon();
    Ended ended = job("--retry", "--", "eater", "300", "1000").end().with(128 + 9);
    assertThat(ended.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).endsWith("memory ran out; running it again"),
            line -> assertThat(line).endsWith("running it again, with the memory for itself"),
            line -> assertThat(peakMib(line)).isBetween(LIMIT_MIB / 2, LIMIT_MIB * 5 / 4));
    assertThat(limited.orElseThrow().kills()).isEqualTo(3);
  }

  /** What others have in use as well counts in it, so it may be a little above the limit. */
  private static int peakMib(String line) {
    Matcher said = Pattern.compile("nothing ran beside it: ([0-9]+) MiB at its peak").matcher(line);
    assertThat(said.find()).as(line).isTrue();
    return Integer.parseInt(said.group(1));
  }

  private void writeText(int mib) {
    String copy = "dd if=/dev/urandom of=%s bs=1M count=%d conv=fsync".formatted(text, mib);
    dibs.plain("sh", "-c", copy).end().well();
  }

  /** Two of these are more than there is. */
  private Running large() {
    return job("--retry", "--", "thrasher", text.toString(), "130", "10").says("began");
  }

  /** One below the limit, that says what it needs and lies. */
  private Running job(String... words) {
    List<String> all = new ArrayList<>(List.of("dibs", "job", "--mem", "40M"));
    all.addAll(List.of(words));
    return dibs.command(limited.orElseThrow().start(all)).start();
  }
}
