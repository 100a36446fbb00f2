package dev.dibs.daemon.once;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.daemon.locks.Lender;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Self;
import dev.dibs.protocol.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What those who ask hear of the service. */
@NullMarked
class OnceServiceTest {
  private static final int CROWD = 1_000;

  /** The clock goes on by this each time when somebody looks. */
  private static final int STEP_MS = 5;

  private static final Task TASK = new Task("docs", "f", "make docs", "/src");

  private final AtomicLong ids = new AtomicLong();
  private final AtomicLong nowMs = new AtomicLong();
  private final Loans loans = new Loans();
  @TempDir Path folder;
  private Log log;
  private EventLoop loop;
  private OnceService once;

  /** Somebody whose process is this one, and ends when the test says so. */
  private static final class Somebody implements OnceHolder {
    private final List<String> heard = new ArrayList<>();
    private Runnable ended = () -> {};
    private boolean over;

    @Override
    public int pid() {
      return Self.pid();
    }

    @Override
    public boolean answer(Answer answer) {
      heard.add(answer.line().strip());
      return true;
    }

    @Override
    public void runs(String name) {
      heard.add("r " + name);
    }

    @Override
    public void watchEnd(Runnable callback) {
      ended = callback;
    }

    @Override
    public boolean hasEnded() {
      return over;
    }

    @Override
    public void close() {}

    private void ends() {
      over = true;
      ended.run();
    }

    private String lastHeard() {
      return heard.getLast();
    }
  }

  /** Lends for all who wait, and gives back when the test says so. */
  private static final class Loans implements Lender {
    private final Map<Long, Runnable> owed = new HashMap<>();
    private final List<Long> lent = new ArrayList<>();
    private boolean enabled;

    @Override
    public void waits(long claim, int pid) {
      if (enabled) {
        lent.add(claim);
      }
    }

    @Override
    public boolean goesOn(long claim, Runnable back) {
      if (lent.contains(claim)) {
        owed.put(claim, back);
        return true;
      }
      return false;
    }

    @Override
    public void forget(long claim) {
      lent.remove(claim);
    }

    private void giveBack() {
      lent.clear();
      List.copyOf(owed.values()).forEach(Runnable::run);
      owed.clear();
    }
  }

  private static final class Names implements OnceNames {
    @Override
    public String of(long claim) {
      return "c" + claim;
    }

    @Override
    public OptionalLong parse(String name) {
      return name.matches("c[0-9]+")
          ? OptionalLong.of(Long.parseLong(name.substring(1)))
          : OptionalLong.empty();
    }
  }

  @BeforeEach
  void start() throws IOException {
    log = new Log(folder.resolve("log"));
    loop = new EventLoop(() -> nowMs.addAndGet(STEP_MS), log);
    Files.createDirectory(folder.resolve("once"));
    once = service();
  }

  private OnceService service() throws IOException {
    return new OnceService(
        new OnceService.Parts(
            loop,
            folder.resolve("once"),
            ids::incrementAndGet,
            new Names(),
            (pid, startTicks) -> new Somebody(),
            System::currentTimeMillis,
            loans,
            () -> {},
            log));
  }

  @AfterEach
  void stop() throws IOException {
    loop.close();
    log.close();
  }

  private Somebody ask() throws IOException {
    Somebody somebody = new Somebody();
    once.ask(somebody, new OnceWish(TASK, 0, OptionalLong.empty(), false));
    return somebody;
  }

  /** As a runner's launcher leaves it. */
  private void report(String run) throws IOException {
    Path made = folder.resolve("once").resolve(run);
    Files.writeString(made.resolve("out"), "done\n");
    Files.writeString(made.resolve("err"), "");
    Files.writeString(made.resolve("status"), "5\n");
  }

  @Test
  void aThousandWhoWaitHearOnceThatTheyWaitAndOnceWhatCameOfIt() throws IOException {
    Somebody runner = ask();
    List<Somebody> crowd = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      crowd.add(ask());
    }
    assertThat(runner.heard).containsExactly("r c1");
    assertThat(once.facts()).hasSize(1);
    assertThat(once.facts().iterator().next().waiters()).hasSize(CROWD);
    report("c1");
    runner.ends();
    assertThat(crowd)
        .allSatisfy(waiter -> assertThat(waiter.heard).containsExactly("w", "s c1 5 -"));
    assertThat(folder.resolve("once/c1/out")).hasContent("done");
    crowd.forEach(Somebody::ends);
    assertThat(folder.resolve("once")).isEmptyDirectory();
    assertThat(once.isInUse()).isFalse();
  }

  @Test
  void whoAsksAfterTheRunnersEndIsNotGivenItsResult() throws IOException {
    Somebody runner = ask();
    report("c1");
    runner.over = true; // and the loop has not told so yet
    assertThat(ask().heard).containsExactly("r c2");
    runner.ends();
    assertThat(once.facts()).hasSize(1);
  }

  @Test
  void whoLentItsSlotHearsNothingBeforeItHasItBack() throws IOException {
    loans.enabled = true;
    Somebody runner = ask();
    List<Somebody> waiters = List.of(ask(), ask());
    report("c1");
    runner.ends();
    assertThat(waiters).allSatisfy(waiter -> assertThat(waiter.heard).containsExactly("w"));
    loans.giveBack();
    assertThat(waiters).allSatisfy(waiter -> assertThat(waiter.lastHeard()).isEqualTo("s c1 5 -"));
  }

  @Test
  void whoIsKilledWhileItsSlotIsOwedHandsTheWorkOn() throws IOException {
    loans.enabled = true;
    Somebody runner = ask();
    Somebody next = ask();
    Somebody last = ask();
    runner.ends(); // with no report
    loopUntil(() -> !loans.owed.isEmpty());
    assertThat(once.facts().iterator().next().state()).isEqualTo(OnceFacts.State.STARTING);
    next.ends();
    assertThat(last.heard).containsExactly("w");
    loans.giveBack();
    assertThat(next.heard).containsExactly("w");
    assertThat(last.heard).containsExactly("w", "r c3");
  }

  @Test
  void aDaemonThatLeavesHasNobodyBegin() throws IOException {
    loans.enabled = true;
    Somebody runner = ask();
    List<Somebody> waiters = IntStream.range(0, 3).mapToObj(i -> new Somebody()).toList();
    for (Somebody waiter : waiters) {
      once.ask(waiter, new OnceWish(TASK, 0, OptionalLong.empty(), false));
    }
    runner.ends();
    loopUntil(() -> !loans.owed.isEmpty());
    once.dismissWaiters();
    loans.giveBack();
    assertThat(waiters)
        .allSatisfy(
            waiter -> assertThat(waiter.lastHeard()).startsWith("u the daemon was stopped"));
    assertThat(once.isInUse()).isFalse();
  }

  @Test
  void whatIsNoRunsFolderIsRemovedAndStopsNoDaemon() throws IOException {
    Path folders = folder.resolve("once");
    Files.writeString(folders.resolve("c7"), "");
    Files.createDirectory(folders.resolve("c8"));
    Files.writeString(folders.resolve("c8/run"), "nonsense");
    Files.createDirectories(folders.resolve("c9/deep/deeper"));
    service().adopt();
    assertThat(folders.resolve("c7")).doesNotExist();
    assertThat(folders.resolve("c8")).doesNotExist();
    assertThat(folders.resolve("c9")).exists();
  }

  private void loopUntil(BooleanSupplier condition) throws IOException {
    for (int i = 0; i < CROWD && !condition.getAsBoolean(); i++) {
      loop.runFor(2 * STEP_MS);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }
}
