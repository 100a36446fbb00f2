package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is seen of memory, with processes that really take some. */
class MemoryTest {
  private static final String HOG =
      "x=$(head -c 67108864 /dev/zero | tr \"\\000\" x); echo full; cat";

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  @Test
  void whatARunAndAJobInItHaveInUseIsShownApart() {
    dibs.fresh();
    dibs.dibs("run", "--", "sh", "-c", Programs.dibs() + " job -- sh -c '" + HOG + "'; :")
        .with("DIBS_MEMORY", "500M")
        .piped()
        .start()
        .says("full");
    Until.holds("the job's memory", () -> number("/claims/1/memory_mib") >= 64);
    Map<String, String> status = json();
    assertThat(status)
        .containsEntry("/memory/budget_mib", "500")
        .containsEntry("/memory/bound", "DIBS_MEMORY")
        .containsEntry("/claims/1/type", "job");
    assertThat(Integer.parseInt(status.get("/claims/0/memory_mib"))).isLessThan(64);
    assertThat(Integer.parseInt(status.get("/memory/room_mib"))).isLessThan(500 - 64);
    assertThat(dibs.dibs("status").end().well().out()).contains("Memory: ").contains("of 500 MiB");
  }

  @Test
  void aJobWaitsForMemoryThoughASlotIsFreeAndIsToldSo() {
    dibs.fresh();
    Running first =
        dibs.dibs("job", "--mem", "80M", "--", "sh", "-c", "echo runs; until [ -e go ]; do :; done")
            .with("DIBS_MEMORY", "100M")
            .start();
    first.says("runs");
    Until.holds("somebody looked", () -> json().containsKey("/memory/budget_mib"));
    Running second = dibs.dibs("job", "--mem", "60M", "--", "echo", "ran").start();
    Until.holds(
        "a reason",
        () -> Texts.read(second.err()).contains("waiting for memory: it needs about 60 MiB, and"));
    assertThat(dibs.dibs("job", "--mem", "10M", "--", "echo", "small").end().out())
        .isEqualTo("small\n");
    Texts.write(dibs.folder().resolve("go"), "");
    first.end().well();
    second.end().well();
    assertThat(Texts.read(second.out())).isEqualTo("ran\n");
  }

  @Test
  void theCgroupThatARunIsInBoundsItAlsoWhenItsLimitChanges() {
    Optional<MemoryCgroup> limited = MemoryCgroup.limitedTo(300);
    assumeTrue(limited.isPresent(), "missing: a cgroup of one's own");
    dibs.startedDaemon();
    try (MemoryCgroup cgroup = limited.orElseThrow()) {
      List<String> words = List.of("dibs", "run", "--", "sh", "-c", "echo held; exec cat");
      Running run = dibs.command(cgroup.start(words)).piped().start().says("held");
      Until.holds("its limit", () -> number("/memory/budget_mib") == 300 - 300 / 25);
      assertThat(json().get("/memory/bound")).startsWith("cgroup /").contains("dibs-test-");
      cgroup.limit(200);
      Until.holds("another one", () -> number("/memory/budget_mib") == 200 - 200 / 25);
      run.closeInput();
      run.end().well();
    }
  }

  /** Each is let in by what is left to the one before, though nobody has looked since. */
  @Test
  void jobsThatBeginTogetherInACgroupAreBoundedByIt() {
    Optional<MemoryCgroup> limited = MemoryCgroup.limitedTo(200);
    assumeTrue(limited.isPresent(), "missing: a cgroup of one's own");
    dibs.startedDaemon();
    try (MemoryCgroup cgroup = limited.orElseThrow()) {
      String both = "for i in 1 2; do dibs job --mem 150M -- counted & done; wait";
      dibs.command(cgroup.start(List.of("sh", "-c", both)))
          .with("COUNTED_WAIT_MS", "400")
          .end()
          .well();
      assertThat(dibs.count().peak()).isOne();
    }
  }

  @Test
  void aBareMakeHasAsManyTokensAsItsSlotsHaveMemory() {
    assertThat(peakOfAMake("100M")).isOne();
  }

  /** The control. */
  @Test
  void whereNobodyLooksItHasAllThatItAsksFor() {
    assertThat(peakOfAMake("off")).isEqualTo(2);
  }

  private long peakOfAMake(String memory) {
    dibs.fresh();
    dibs.dibs("run", "--", "true").with("DIBS_MEMORY", memory).end().well();
    Texts.write(dibs.folder().resolve("Makefile"), Build.makefile("o", 6));
    dibs.dibs("run", "--", "make", "-s", "-j4").with("COUNTED_WAIT_MS", "150").end().well();
    return dibs.count().peak();
  }

  @Test
  void whatNeedsMoreThanThereIsRunsAlone() {
    dibs.fresh();
    dibs.dibs("run", "--", "true").with("DIBS_MEMORY", "100M").end().well();
    Ended ended = dibs.dibs("job", "--mem", "64T", "--", "echo", "ran").end().well();
    assertThat(ended.out()).isEqualTo("ran\n");
    assertThat(ended.err())
        .matches("dibs: it asks for 64T, the machine has [0-9]+[MG]: it will run alone\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0M", "0.0G", "-1", "-5M", "", "much", "4 G", "1e3M", "4GB", "."})
  void anAmountThatIsNoneIsRefused(String amount) {
    Ended refused = dibs.dibs("job", "--mem", amount, "--", "true").end().with(125);
    assertThat(refused.err()).startsWith("dibs: --mem '" + amount + "': ").hasLineCount(1);
  }

  @Test
  void aBudgetThatIsNoneIsRefusedWithAReason() {
    dibs.fresh();
    Ended refused = dibs.dibs("run", "--strict", "--", "true").with("DIBS_MEMORY", "lots").end();
    assertThat(refused.status()).isEqualTo(125);
    assertThat(refused.err()).contains("DIBS_MEMORY").contains("900M").contains("lots");
  }

  private int number(String path) {
    String number = json().getOrDefault(path, "null");
    return number.equals("null") ? 0 : Integer.parseInt(number); // nobody has looked yet
  }

  private Map<String, String> json() {
    return Json.scalars(dibs.dibs("status", "--json").end().well().out());
  }
}
