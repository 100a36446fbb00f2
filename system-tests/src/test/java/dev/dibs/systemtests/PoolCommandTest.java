package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code dibs pool}: sizes that count at once and for good, and pools of one's own. */
class PoolCommandTest {
  private static final int MORE_THAN_ENOUGH = 3000;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  /** So that the next test may have the same daemon. */
  @AfterEach
  void resetPools() {
    if (dibs.daemon().isPresent()) {
      pool("link", "remove");
      pool("db", "remove");
      pool("cpu", "size", "auto");
    }
  }

  // --- the size of cpu ---

  @Test
  void theJobsOfAMakeFollowTheSize() {
    dibs.startedDaemon();
    Running make = endlessMake();
    Until.holds("two jobs at once", () -> dibs.count().peak() == 2);
    pool("cpu", "size", "4").well();
    Until.holds("four jobs at once", () -> dibs.count().peak() == 4);
    pool("cpu", "size", "1").well();
    Until.holds("nothing owed", () -> number("/pools/0/owed") == 0);
    assertThat(peakFromNow()).isEqualTo(1);
    pool("cpu", "size", "3").well();
    Until.holds("three jobs at once", () -> peakFromNow() == 3);
    assertThat(dibs.count().peak()).isEqualTo(4);
    make.killAll();
  }

  @Test
  void aMakeThatBeganWithTheOnlySlotHasMoreWhenThereAreMore() {
    pool("cpu", "size", "1").well();
    Running make = endlessMake();
    Until.holds("ten jobs", () -> dibs.count().ended() >= 10);
    assertThat(dibs.count().peak()).isEqualTo(1);
    pool("cpu", "size", "3").well();
    Until.holds("three jobs at once", () -> dibs.count().peak() == 3);
    make.killAll();
  }

  @Test
  void whatIsHeldBeyondTheSizeGoesOnAndIsTakenBackAsItEnds() {
    Running one = dibs.holder();
    Running two = dibs.holder();
    assertThat(pool("cpu", "size", "1").well().out())
        .isEqualTo(
            "Pool cpu: 1 slot (set by dibs pool, over DIBS_POOL_SIZE); 2 in use, so 1 are taken"
                + " back as jobs end.\n");
    assertThat(json()).containsEntry("/pools/0/owed", "1").containsEntry("/pools/0/used", "2");
    assertThat(dibs.dibs("status").end().well().out()).contains("1 of them owed");
    one.closeInput();
    one.end().well();
    Until.holds("nothing owed", () -> number("/pools/0/owed") == 0);
    dibs.dibs("job", "-n", "--", "true").end().with(75);
    two.closeInput();
    two.end().well();
    dibs.dibs("job", "-w", "20", "--", "true").end().well();
  }

  @Test
  void aLargerSizeServesWhoWaits() {
    dibs.holder();
    dibs.holder();
    Running waiter = dibs.dibs("run", "--", "true").start();
    Until.holds("a waiter", () -> number("/pools/0/waiting") == 1);
    pool("cpu", "size", "3").well();
    waiter.end().well();
  }

  @Test
  void autoIsWhatTheDaemonWasStartedWith() {
    pool("cpu", "size", "5").well();
    assertThat(json()).containsEntry("/pools/0/size", "5");
    pool("cpu", "size", "auto").well();
    assertThat(json())
        .containsEntry("/pools/0/size", "2")
        .containsEntry("/pools/0/reasons/0", "set by DIBS_POOL_SIZE");
  }

  // --- what is remembered ---

  @Test
  void sizesOutliveTheDaemon() {
    pool("cpu", "size", "3").well();
    pool("link", "size", "1").well();
    dibs.dibs("stop").end().well();
    assertThat(pool().well().out()).containsPattern("cpu +3 ").containsPattern("link +1 ");
    dibs.killDaemon();
    assertThat(pool().well().out()).containsPattern("cpu +3 ").containsPattern("link +1 ");
  }

  @Test
  void aCorruptFileOfSizesIsSurvived() {
    dibs.fresh();
    stoppedDaemon();
    Texts.write(dibs.directory().resolve("pools"), "dibs pools 1\ncpu many\n");
    assertThat(pool().well().out()).containsPattern("cpu +2 ");
    assertThat(Texts.read(dibs.directory().resolve("daemon.log.0"))).contains("Ignored");
  }

  @Test
  void aSizeThatCanNotBeRememberedCountsAllTheSame() {
    dibs.fresh();
    stoppedDaemon();
    Texts.folder(dibs.directory().resolve("pools/in the way"));
    assertThat(pool("cpu", "size", "3").well().out()).contains("Not remembered");
    assertThat(json()).containsEntry("/pools/0/size", "3");
  }

  private void stoppedDaemon() {
    dibs.startedDaemon();
    dibs.dibs("stop").end().well();
  }

  // --- pools of one's own ---

  @Test
  void jobsOfAPoolBelowMakeStayInIt() {
    pool("cpu", "size", "6").well();
    pool("link", "size", "2").well();
    linkWithMake();
    dibs.dibs("run", "--", "make", "-j").meeting(2).end().well();
    assertThat(dibs.count()).returns(2L, Count::peak).returns(12L, Count::ended);
  }

  @Test
  void jobsOfAPoolWithoutRunStayInItAndTakeNothingOfCpu() {
    pool("link", "size", "3").well();
    dibs.holder();
    dibs.holder();
    linkWithMake();
    dibs.plain("make", "-j").meeting(3).end().well();
    assertThat(dibs.count()).returns(3L, Count::peak).returns(12L, Count::ended);
  }

  @Test
  void severalSlotsOfAPoolComeAtOnce() {
    pool("link", "size", "3").well();
    List<Running> jobs =
        IntStream.range(0, 4)
            .mapToObj(
                i -> dibs.dibs("job", "--pool", "link", "--slots", "2", "--", "counted").start())
            .toList();
    jobs.forEach(job -> job.end().well());
    assertThat(dibs.count().peak()).isEqualTo(1);
  }

  @Test
  void whatAJobOfAPoolStartsIsCovered() {
    pool("cpu", "size", "1").well();
    pool("link", "size", "1").well();
    String nested = "dibs job -- dibs job --pool link -- dibs run -- make -j4";
    Texts.write(dibs.folder().resolve("Makefile"), "all: ; @echo made\n");
    assertThat(dibs.dibs("job", "--pool", "link", "--", "sh", "-c", nested).end().well().out())
        .contains("made");
  }

  @Test
  void cpuMayBeAskedForBeforeAPoolAndNotBehindIt() {
    pool("cpu", "size", "1").well();
    pool("link", "size", "1").well();
    String loop = "for i in 1 2 3 4 5 6; do dibs job %s -- dibs job %s -- counted || exit; done";
    Running one = dibs.plain("sh", "-c", loop.formatted("", "--pool link")).start();
    Running other = dibs.plain("sh", "-c", loop.formatted("--pool link", "")).start();
    one.end().well();
    other.end().well();
    assertThat(dibs.count()).returns(1L, Count::peak).returns(12L, Count::ended);
  }

  @Test
  void poolsAreAskedForInTheOrderOfTheirNames() {
    pool("db", "size", "1").well();
    pool("link", "size", "1").well();
    dibs.dibs("job", "--pool", "db", "--", "dibs", "job", "--pool", "link", "--", "true")
        .end()
        .well();
    Ended refused =
        dibs.dibs("job", "--pool", "link", "--", "dibs", "job", "--pool", "db", "--", "true")
            .end()
            .with(125);
    assertThat(refused.err())
        .contains("'link' can't ask for 'db'")
        .contains("dibs job --pool db -- dibs job --pool link");
  }

  @Test
  void aPoolInUseIsNotRemoved() {
    pool("link", "size", "1").well();
    Running job = holderOf("link");
    assertThat(pool("link", "remove").with(125).err())
        .contains("in use: 1 of 1 slots of link in use, by cat in " + dibs.folder());
    assertThat(dibs.dibs("stop").end().with(1).out()).contains("1 of 1 slots of link in use");
    job.closeInput();
    job.end().well();
    pool("link", "remove").well();
    assertThat(pool("link").with(125).err()).contains("no pool 'link'; there is cpu.");
  }

  @Test
  void theStatusShowsAllPoolsAndTheirClaims() {
    pool("link", "size", "2").well();
    Running job = holderOf("link");
    dibs.holder();
    assertThat(json())
        .containsEntry("/pools/0/name", "cpu")
        .containsEntry("/pools/0/used", "2") // one of them is ready to be taken
        .containsEntry("/pools/1/name", "link")
        .containsEntry("/pools/1/used", "1")
        .containsEntry("/claims/0/pool", "cpu")
        .containsEntry("/claims/1/pool", "link")
        .containsEntry("/claims/1/pid", Long.toString(job.pid()));
    assertThat(dibs.dibs("status").end().well().out())
        .contains("Pool link: 1 of 2 slots in use, 0 waiting (set by dibs pool)")
        .contains("1 link");
  }

  @Test
  void whoWaitsForAPoolIsToldForWhom() {
    pool("link", "size", "1").well();
    holderOf("link");
    Running waiter = dibs.dibs("job", "--pool", "link", "--", "true").start();
    Until.holds("a line", () -> waiter.said().contains("waiting for a slot of link: 1 of 1"));
    dibs.dibs("job", "--pool", "link", "-n", "--", "true").end().with(75);
  }

  // --- bad input ---

  @ParameterizedTest
  @CsvSource({
    "cpu size 0, 'has 1 to 4096 slots, not 0'",
    "cpu size -1, 'has 1 to 4096 slots, not -1'",
    "cpu size 1000000000, 'has 1 to 4096 slots, not 1000000000'",
    "cpu size many, a number of slots",
    "cpu size, how many slots",
    "cpu remove, can't be removed",
    "lnk, 'no pool ''lnk''; there are cpu, link. To make it: dibs pool lnk size N'",
    "lnk remove, no pool 'lnk'",
    "link size auto, dibs pool link size N",
    "Link size 2, 1 to 32 of a-z",
    "link grow, NAME size N",
  })
  void misuseIs125AndOneLineAndChangesNothing(String words, String why) {
    pool("link", "size", "1").well();
    Map<String, String> before = json();
    Ended refused = pool(words.split(" ", -1)).with(125);
    assertThat(refused.err().lines()).hasSize(1);
    assertThat(refused.err()).startsWith("dibs: ").contains(why);
    assertThat(json().get("/pools/0/size")).isEqualTo(before.get("/pools/0/size"));
    assertThat(json().get("/pools/1/size")).isEqualTo(before.get("/pools/1/size"));
  }

  @Test
  void aJobOfAnUnknownPoolIsMisuse() {
    assertThat(dibs.dibs("job", "--pool", "lnk", "--", "true").end().with(125).err())
        .contains("no pool 'lnk'; there is cpu.");
  }

  @Test
  void offIsNoDirectory() throws IOException {
    pool().well();
    dibs.dibs("pool").with("DIBS", "off").end().well();
    try (var files = Files.list(dibs.folder())) {
      assertThat(files).isEmpty();
    }
  }

  private Ended pool(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "pool";
    System.arraycopy(words, 0, all, 1, words.length);
    return dibs.dibs(all).end();
  }

  private Running holderOf(String pool) {
    return dibs.dibs("job", "--pool", pool, "--", "sh", "-c", "echo held; exec cat")
        .piped()
        .start()
        .says("held");
  }

  /** Twelve links, each a job of the pool link. */
  private void linkWithMake() {
    Texts.write(
        dibs.folder().resolve("Makefile"),
        Build.makefile("o", Build.JOBS).replace("counted", "dibs job --pool link -- counted"));
  }

  private Running endlessMake() {
    Path folder = dibs.folder().resolve("endless");
    Texts.write(
        folder.resolve("Makefile"), Build.makefile("o", MORE_THAN_ENOUGH).replace(" touch $@", ""));
    return dibs.dibs("run", "--quiet", "--", "make", "-j")
        .in(folder)
        .with("COUNTED_CPU_MS", "1")
        .with("COUNTED_WAIT_MS", "40")
        .start();
  }

  /** Most jobs at once while the next forty end. */
  private long peakFromNow() {
    long fromNs = System.nanoTime();
    long ended = dibs.count().ended();
    Until.holds("forty jobs", () -> dibs.count().ended() >= ended + 40);
    return dibs.count(dibs.log(), fromNs, System.nanoTime()).peak();
  }

  private long number(String pointer) {
    return Long.parseLong(json().getOrDefault(pointer, "-1"));
  }

  private Map<String, String> json() {
    return Json.scalars(dibs.dibs("status", "--json").end().well().out());
  }
}
