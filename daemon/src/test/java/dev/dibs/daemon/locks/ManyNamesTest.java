package dev.dibs.daemon.locks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.core.locks.LockMode;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OfdLocks;
import dev.dibs.host.Self;
import dev.dibs.locks.LockDirectory;
import dev.dibs.locks.LockRange;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand names in one request, beside which others are served. */
class ManyNamesTest {

  private static final int TURNS_MAX = 100_000;

  private static final List<String> NAMES =
      IntStream.range(0, 10_000).mapToObj(n -> "n" + n).toList();

  @TempDir Path folder;

  private Path directory = Path.of("");
  private Log log;
  private EventLoop loop;
  private Ranges ranges;
  private Askers askers;

  @BeforeEach
  void open() throws IOException {
    directory = folder.resolve("locks");
    log = new Log(folder.resolve("log"));
    loop = new EventLoop(Self::monotonicMs, log);
    ranges = OfdRanges.of(LockDirectory.openForDaemon(directory), OptionalInt.empty(), loop, log);
    askers = new Askers(loop, ranges, log);
  }

  @AfterEach
  void close() {
    ranges.close();
    loop.close();
    log.close();
  }

  private interface Work {
    void run() throws IOException;
  }

  private interface Question {
    boolean isAnswered() throws IOException;
  }

  /** Processor time, for other processes work as well. */
  private static long cpuNs(Work work) throws IOException {
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    work.run();
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
  }

  /** What the longest turn of the loop takes until something is so. */
  private long longestTurnNs(Question question) throws IOException {
    long longestNs = 0;
    for (int turn = 0; !question.isAnswered(); turn++) {
      assertThat(turn).isLessThan(TURNS_MAX);
      longestNs = Math.max(longestNs, cpuNs(() -> loop.runFor(1)));
    }
    return longestNs;
  }

  private long request(boolean waits) {
    LockWish all = LockWish.of(NAMES, LockMode.EXCLUSIVE);
    return askers.request(
        waits ? all : new LockWish(all.names(), null, all.priority(), OptionalLong.of(0)));
  }

  private boolean isGranted() {
    return !askers.granted.isEmpty();
  }

  private boolean isFree(OfdLocks stranger) throws IOException {
    for (String name : NAMES) {
      if (stranger.isTaken(LockRange.of(name).position(), LockRange.LENGTH, false)) {
        return false;
      }
    }
    return true;
  }

  /** Beside what it takes to do it at once, in the best order. */
  @Test
  void othersAreServedInBetween() throws IOException {
    Map<String, LockMode> names = byName();
    Map<String, LockMode> inOrder = new LinkedHashMap<>();
    ranges.parts(names).forEach(inOrder::putAll);
    long atOnceNs = cpuNs(() -> assertThat(ranges.take(inOrder, false, false)).isNull());
    ranges.release(names);
    try (OfdLocks stranger = OfdLocks.open(directory.resolve("ranges"))) {
      long unused = longestTurnNs(() -> isFree(stranger));
      AtomicLong claim = new AtomicLong();
      long askingNs = cpuNs(() -> claim.set(request(true)));
      long takingNs = longestTurnNs(this::isGranted);
      long endingNs = cpuNs(() -> askers.locks.end(claim.get()));
      long freeingNs = longestTurnNs(() -> isFree(stranger));
      for (long turnNs : List.of(askingNs, takingNs, endingNs, freeingNs)) {
        assertThat(turnNs).as("of %d ns at once", atOnceNs).isLessThan(atOnceNs / 4);
      }
    }
  }

  @Test
  void whoDoesNotWaitGetsThemAllTheSameOrNone() throws IOException {
    try (OfdLocks stranger = OfdLocks.open(directory.resolve("ranges"))) {
      long first = request(false);
      long unused = longestTurnNs(this::isGranted);
      askers.endFirst();
      unused = longestTurnNs(() -> isFree(stranger));
      // the last to be taken
      String low = List.copyOf(ranges.parts(byName()).getLast().keySet()).getLast();
      assertThat(stranger.tryLock(LockRange.of(low).position(), LockRange.LENGTH, false)).isTrue();
      long second = request(false);
      unused = longestTurnNs(() -> !askers.refused.isEmpty());
      assertThat(askers.refused.getFirst().reason()).isEqualTo(LockRefusal.Reason.BUSY);
      assertThat(isGranted()).isFalse();
      assertThat(second).isGreaterThan(first);
      stranger.unlock(LockRange.of(low).position(), LockRange.LENGTH);
      unused = longestTurnNs(() -> isFree(stranger));
      assertThat(askers.locks.isInUse()).isFalse();
    }
  }

  private static Map<String, LockMode> byName() {
    Map<String, LockMode> names = new LinkedHashMap<>();
    NAMES.forEach(name -> names.put(name, LockMode.EXCLUSIVE));
    return names;
  }

  @Test
  void whoGivesUpMeanwhileHasNothing() throws IOException {
    try (OfdLocks stranger = OfdLocks.open(directory.resolve("ranges"))) {
      long claim = request(true);
      assertThat(isFree(stranger)).isFalse();
      assertThat(isGranted()).isFalse();
      askers.locks.end(claim);
      long unused = longestTurnNs(() -> isFree(stranger));
      loop.runFor(20);
      assertThat(isFree(stranger)).isTrue();
      assertThat(isGranted()).isFalse();
      assertThat(askers.locks.isInUse()).isFalse();
    }
  }
}
