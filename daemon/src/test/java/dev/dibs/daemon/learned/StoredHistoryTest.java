package dev.dibs.daemon.learned;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.core.Event;
import dev.dibs.core.history.Ending;
import dev.dibs.core.history.Estimate;
import dev.dibs.core.history.JobKey;
import dev.dibs.core.history.Sample;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredHistoryTest {

  private static final JobKey JOB = new JobKey("cc", "compile", "x.o");
  private static final JobKey COMPILER = new JobKey("cc", "compile", "y.o");
  private static final int BUDGET = 400;

  @TempDir Path folder;

  private final AtomicLong nowMs = new AtomicLong();
  private HistoryFile file;
  private Log log;
  private EventLoop loop;

  @BeforeEach
  void open() throws IOException {
    file = new HistoryFile(folder.resolve("state/history"));
    log = new Log(folder.resolve("log"));
    loop = new EventLoop(nowMs::get, log);
  }

  @AfterEach
  void close() {
    loop.close();
    log.close();
  }

  // --- the file ---

  @Test
  void theNextDaemonKnowsWhatWasLearned() {
    try (StoredHistory history = history()) {
      history.add(JOB, done(100));
    }
    assertThat(history().estimate(JOB))
        .isEqualTo(new Estimate(130, 1_000, Estimate.Basis.MEASURED));
  }

  @Test
  void aDaemonThatIsKilledLosesTheLastSecondsOnly() throws IOException {
    history().add(JOB, done(100));
    assertThat(file.path()).doesNotExist();
    pass(StoredHistory.SAVED_AFTER_MS);
    awaitFile();
    assertThat(history().estimate(JOB).mib()).isEqualTo(130);
  }

  @Test
  void whoOnlyAsksWritesNothing() {
    try (StoredHistory history = history()) {
      assertThat(history.estimate(JOB).basis()).isEqualTo(Estimate.Basis.GUESSED);
      assertThat(history.forget(JOB::equals)).isZero();
    }
    assertThat(folder.resolve("state")).doesNotExist();
  }

  @Test
  void whatIsForgottenIsForgottenForGood() {
    try (StoredHistory history = history()) {
      history.add(JOB, done(100));
      assertThat(history.forget(key -> key.isMeantBy("cc"))).isEqualTo(1);
    }
    assertThat(history().jobs()).isEmpty();
  }

  @Test
  void aFileOfNoUseIsSetAsideAndSaidOnce() throws IOException {
    Files.createDirectories(folder.resolve("state"));
    Files.writeString(file.path(), "dibs history 99\nfrom the future\n");
    try (StoredHistory history = history()) {
      history.estimate(JOB);
      history.add(JOB, done(100));
    }
    assertThat(file.aside()).hasContent("dibs history 99\nfrom the future\n");
    assertThat(history().estimate(JOB).mib()).isEqualTo(130);
    assertThat(logged("learned anew")).hasSize(1).first().asString().contains("history.unfit");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsSaidOnceAndNoTrouble() throws IOException {
    file = new HistoryFile(Files.createFile(folder.resolve("plain")).resolve("history"));
    try (StoredHistory history = history()) {
      history.add(JOB, done(100));
      pass(StoredHistory.SAVED_AFTER_MS);
      awaitLogged("can't be written");
      history.add(JOB, done(100));
      assertThat(history.estimate(JOB).mib()).isEqualTo(130);
    }
    assertThat(logged("can't be written")).hasSize(1);
  }

  // --- what is learned ---

  @Test
  void aJobTeachesThePeakThatAnybodySaw() {
    StoredHistory history = history();
    Lessons lessons = lessons(history, false);
    look(lessons, 50);
    look(lessons, 300);
    look(lessons, 100);
    lessons.ended(7, 200, 4_000, Ending.DONE);
    assertThat(history.estimate(JOB)).isEqualTo(new Estimate(390, 4_000, Estimate.Basis.MEASURED));
    lessons.ended(7, 900, 4_000, Ending.DONE);
    assertThat(history.jobs().getFirst().seen()).as("it ended once").isEqualTo(1);
  }

  @Test
  void whatNobodyLookedAtTeachesNothing() {
    StoredHistory history = history();
    lessons(history, false).ended(7, 0, 100, Ending.DONE);
    Lessons forgotten = lessons(history, false);
    forgotten.forget(7);
    forgotten.ended(7, 500, 100, Ending.DONE);
    assertThat(history.jobs()).isEmpty();
  }

  @Test
  void whatFailedOrWasSeenAtItsBeginningOnlyIsNoMeasure() {
    StoredHistory history = history();
    Lessons lessons = lessons(history, false);
    look(lessons, 300);
    lessons.ended(7, 300, 1_000, Ending.FAILED);
    assertThat(history.estimate(JOB)).isEqualTo(new Estimate(300, 0, Estimate.Basis.GUESSED));
    lessons = lessons(history, false);
    look(lessons, 310);
    nowMs.addAndGet(10_000);
    lessons.ended(7, 310, 11_000, Ending.DONE);
    assertThat(history.estimate(JOB)).isEqualTo(new Estimate(310, 0, Estimate.Basis.GUESSED));
  }

  @Test
  void whereNobodyCanKnowHowAJobEndedItIsLearnedAllTheSame() {
    StoredHistory history = history();
    lessons(history, false).ended(7, 300, 1_000, Ending.UNKNOWN);
    lessons(history, false).ended(7, 20, 1_000, Ending.UNKNOWN);
    assertThat(history.estimate(JOB)).isEqualTo(new Estimate(390, 1_000, Estimate.Basis.MEASURED));
  }

  @Test
  void whatWasKilledForMemoryIsExpectedToNeedTwiceAsMuch() {
    StoredHistory history = history();
    Lessons lessons = lessons(history, false);
    look(lessons, 300);
    lessons.outOfMemory(7, 320);
    lessons.ended(7, 320, 1_000, Ending.FAILED);
    assertThat(history.estimate(JOB).mib()).isEqualTo(640);
  }

  @Test
  void aRunTeachesWhatEachOfItsSlotsNeedsMostOfTheTime() {
    StoredHistory history = history();
    Lessons lessons = lessons(history, true);
    for (int i = 0; i < 19; i++) {
      look(lessons, 400); // of four slots
    }
    look(lessons, 4_000);
    lessons.ended(7, 4_000, 20_000, Ending.DONE);
    assertThat(history.estimate(JOB).mib()).isEqualTo(130);
  }

  @Test
  void whatACompilerOfARunNeedsASlotNeedsThoughOthersLieIdle() {
    StoredHistory history = history();
    Lessons lessons = lessons(history, true);
    for (int i = 0; i < 10; i++) {
      nowMs.addAndGet(1_000);
      lessons.looked(
          nowMs.get(),
          List.of(new Event.Usage(7, 200, true)), // of four slots
          List.of(new Units.Living(7, 180), new Units.Living(8, 9_999)));
    }
    lessons.ended(7, 200, 10_000, Ending.DONE);
    lessons.compilersEnded(List.of(new Units.Ended(7, COMPILER, done(190))));
    assertThat(history.estimate(JOB).mib()).isEqualTo(234);
    assertThat(history.estimate(COMPILER).mib()).isEqualTo(247);
  }

  @Test
  void aRunThatWasSeenTwiceTeachesNothing() {
    StoredHistory history = history();
    Lessons lessons = lessons(history, true);
    look(lessons, 400);
    look(lessons, 400);
    lessons.ended(7, 400, 1_000, Ending.DONE);
    assertThat(history.jobs()).isEmpty();
  }

  private Lessons lessons(StoredHistory history, boolean perSlot) {
    Lessons lessons = new Lessons(history, claim -> 4, loop);
    lessons.begin(7, JOB, perSlot);
    return lessons;
  }

  private void look(Lessons lessons, int mib) {
    nowMs.addAndGet(1_000);
    lessons.looked(
        nowMs.get(),
        List.of(new Event.Usage(7, mib, true), new Event.Usage(8, 9_999, true)),
        List.of());
  }

  private StoredHistory history() {
    return new StoredHistory(file, () -> BUDGET, loop, log);
  }

  private static Sample done(int mib) {
    return new Sample(mib, 1_000, Ending.DONE);
  }

  private void pass(long ms) throws IOException {
    nowMs.addAndGet(ms);
    loop.post(loop::stop);
    loop.run();
  }

  private void awaitFile() {
    await(() -> Files.exists(file.path()));
  }

  private void awaitLogged(String text) {
    await(() -> !logged(text).isEmpty());
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long endNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(endNs);
      Thread.onSpinWait();
    }
  }

  private List<String> logged(String text) {
    try {
      return Files.readAllLines(folder.resolve("log.0")).stream()
          .filter(line -> line.contains(text))
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
