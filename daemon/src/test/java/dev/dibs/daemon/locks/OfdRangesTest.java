package dev.dibs.daemon.locks;

import static dev.dibs.core.locks.LockMode.EXCLUSIVE;
import static dev.dibs.core.locks.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.dibs.core.locks.LockMode;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OfdLocks;
import dev.dibs.host.OsException;
import dev.dibs.host.Self;
import dev.dibs.locks.LockDirectory;
import dev.dibs.locks.LockRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon's names and those of strangers, who have descriptions and processes of their own. */
class OfdRangesTest {

  private static final long LONG_MS = 30_000;
  private static final int MANY = 3_000;

  @TempDir Path folder;

  private Path directory = Path.of("");
  private Log log;
  private EventLoop loop;
  private OfdLocks description;
  private OfdLocks stranger;
  private OfdLocks turnstile;
  private Ranges ranges;

  @BeforeEach
  void open() throws IOException {
    directory = folder.resolve("locks");
    log = new Log(folder.resolve("log"));
    loop = new EventLoop(Self::monotonicMs, log);
    opened(OptionalInt.empty()).close(); // makes the directory
    description = OfdLocks.open(directory.resolve("ranges"));
    stranger = OfdLocks.open(directory.resolve("ranges"));
    turnstile = OfdLocks.open(directory.resolve("turns"));
    ranges = daemon();
  }

  /** As each daemon begins, with the description that its supervisor has. */
  private Ranges daemon() throws IOException {
    return opened(OptionalInt.of(description.number()));
  }

  private Ranges opened(OptionalInt inherited) throws IOException {
    return OfdRanges.of(LockDirectory.openForDaemon(directory), inherited, loop, log);
  }

  @AfterEach
  void close() {
    turnstile.close();
    stranger.close();
    description.close();
    loop.close();
    log.close();
  }

  private boolean strangerGets(String name, LockMode mode) throws OsException {
    boolean got = stranger.tryLock(position(name), LockRange.LENGTH, mode == SHARED);
    if (got) {
      strangerLetsGo(name);
    }
    return got;
  }

  private void strangerHas(String name, LockMode mode) throws OsException {
    assertThat(stranger.tryLock(position(name), LockRange.LENGTH, mode == SHARED)).isTrue();
  }

  private void strangerLetsGo(String name) throws OsException {
    stranger.unlock(position(name), LockRange.LENGTH);
  }

  private static long position(String name) {
    return LockRange.of(name).position();
  }

  private Ranges.@Nullable Busy take(Map<String, LockMode> names) throws IOException {
    return ranges.take(names, false, false);
  }

  private void taken(String name, LockMode mode) throws IOException {
    assertThat(take(Map.of(name, mode))).isNull();
  }

  private void until(BooleanSupplier condition) throws IOException {
    long endMs = loop.nowMs() + LONG_MS;
    while (!condition.getAsBoolean()) {
      assertThat(loop.nowMs()).isLessThan(endMs);
      loop.runFor(1);
    }
  }

  @Test
  void strangersAreKeptFromWhatAClaimHasAndGetItAfterwards() throws IOException {
    taken("x", EXCLUSIVE);
    assertThat(strangerGets("x", SHARED)).isFalse();
    assertThat(strangerGets("y", EXCLUSIVE)).isTrue();
    ranges.release(Map.of("x", EXCLUSIVE));
    assertThat(strangerGets("x", EXCLUSIVE)).isTrue();
  }

  @Test
  void claimsOfOneNameCountUntilTheLastIsOver() throws IOException {
    taken("x", EXCLUSIVE);
    taken("x", SHARED);
    taken("x", EXCLUSIVE);
    ranges.release(Map.of("x", EXCLUSIVE));
    assertThat(strangerGets("x", SHARED)).isFalse();
    ranges.release(Map.of("x", EXCLUSIVE));
    assertThat(strangerGets("x", SHARED)).isTrue();
    assertThat(strangerGets("x", EXCLUSIVE)).isFalse();
    ranges.release(Map.of("x", SHARED));
    assertThat(strangerGets("x", EXCLUSIVE)).isTrue();
  }

  @Test
  void whatIsDowngradedStrangersShare() throws IOException {
    taken("x", EXCLUSIVE);
    ranges.downgrade(Map.of("x", EXCLUSIVE));
    assertThat(strangerGets("x", SHARED)).isTrue();
    assertThat(strangerGets("x", EXCLUSIVE)).isFalse();
    ranges.release(Map.of("x", SHARED));
    assertThat(strangerGets("x", EXCLUSIVE)).isTrue();
  }

  @Test
  void allNamesAreTakenOrNone() throws IOException {
    strangerHas("b", SHARED);
    Map<String, LockMode> names =
        new TreeMap<>(Map.of("a", EXCLUSIVE, "b", EXCLUSIVE, "c", EXCLUSIVE));
    assertThat(take(names)).isEqualTo(new Ranges.Busy("b", SHARED));
    assertThat(strangerGets("a", EXCLUSIVE)).isTrue();
    assertThat(strangerGets("c", EXCLUSIVE)).isTrue();
    names.put("b", SHARED);
    assertThat(take(names)).isNull();
    assertThat(strangerGets("a", EXCLUSIVE)).isFalse();
  }

  @Test
  void whatNobodyTookCannotBeGivenBack() {
    assertThatIllegalStateException()
        .isThrownBy(() -> ranges.release(Map.of("x", EXCLUSIVE)))
        .withMessageContaining("BUG");
  }

  @Test
  void whoWaitsIsToldWhenAStrangerLetsGoAndHasItWithoutAGap() throws IOException {
    strangerHas("x", EXCLUSIVE);
    assertThat(ranges.take(Map.of("x", EXCLUSIVE), false, true))
        .isEqualTo(new Ranges.Busy("x", EXCLUSIVE));
    List<Ranges.Busy> told = new ArrayList<>();
    ranges.await("x", EXCLUSIVE, () -> told.add(retaken()));
    loop.runFor(20);
    assertThat(told).isEmpty();
    strangerLetsGo("x");
    until(() -> !told.isEmpty());
    assertThat(told).containsExactly((Ranges.Busy) null);
    assertThat(strangerGets("x", SHARED)).isFalse();
  }

  private Ranges.@Nullable Busy retaken() {
    try {
      return ranges.take(Map.of("x", EXCLUSIVE), false, true);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void whatCameAndNobodyTookIsFree() throws IOException {
    strangerHas("x", EXCLUSIVE);
    AtomicInteger told = new AtomicInteger();
    ranges.await("x", EXCLUSIVE, told::incrementAndGet);
    strangerLetsGo("x");
    until(() -> told.get() == 1);
    assertThat(strangerGets("x", EXCLUSIVE)).isTrue();
  }

  @Test
  void moreNamesAreAwaitedThanThereAreWatches() throws IOException {
    AtomicInteger told = new AtomicInteger();
    List<String> names = IntStream.range(0, 100).mapToObj(n -> "n" + n).toList();
    for (String name : names) {
      strangerHas(name, EXCLUSIVE);
      ranges.await(name, EXCLUSIVE, told::incrementAndGet);
    }
    for (String name : names) {
      strangerLetsGo(name);
    }
    until(() -> told.get() == names.size());
  }

  @Test
  void whoWaitsStaysBehindAStrangerAtTheTurnstileNowAndThenAndWhoDoesNotWaitNever()
      throws IOException {
    assertThat(turnstile.tryLock(position("x"), 1, false)).isTrue();
    int behind = 0;
    for (int i = 0; i < 100; i++) {
      behind += ranges.take(Map.of("x", EXCLUSIVE), false, true) == null ? release("x") : 1;
    }
    assertThat(behind).isBetween(1, 50);
    for (int i = 0; i < 100; i++) {
      taken("x", EXCLUSIVE);
      release("x");
    }
    taken("x", SHARED);
    for (int i = 0; i < 100; i++) { // what its ancestor has it takes at once
      assertThat(ranges.take(Map.of("x", SHARED), true, true)).isNull();
    }
  }

  private int release(String name) {
    ranges.release(Map.of(name, EXCLUSIVE));
    return 0;
  }

  @Test
  void theNextDaemonHasWhatItAdoptsAndFreesTheRest() throws IOException {
    taken("kept", EXCLUSIVE);
    taken("shared", EXCLUSIVE);
    taken("left", EXCLUSIVE);
    ranges = daemon();
    assertThat(strangerGets("kept", SHARED)).isFalse();
    ranges.adopt(Map.of("kept", EXCLUSIVE, "shared", SHARED));
    ranges.allAdopted();
    assertThat(strangerGets("kept", SHARED)).isFalse();
    assertThat(strangerGets("shared", SHARED)).isTrue();
    assertThat(strangerGets("shared", EXCLUSIVE)).isFalse();
    assertThat(strangerGets("left", EXCLUSIVE)).isTrue();
    ranges.release(Map.of("kept", EXCLUSIVE));
    assertThat(strangerGets("kept", EXCLUSIVE)).isTrue();
  }

  @Test
  void whatAStrangerTookMeanwhileIsHadAsSoonAsItCanBe() throws IOException {
    strangerHas("x", EXCLUSIVE);
    ranges.adopt(Map.of("x", EXCLUSIVE));
    ranges.allAdopted();
    loop.runFor(50);
    strangerLetsGo("x");
    until(() -> !getsQuietly("x"));
    ranges.release(Map.of("x", EXCLUSIVE));
    assertThat(strangerGets("x", EXCLUSIVE)).isTrue();
  }

  private boolean getsQuietly(String name) {
    try {
      return strangerGets(name, EXCLUSIVE);
    } catch (OsException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void whoHasItWithoutTheDaemonIsNamedWhileItLives() throws IOException {
    AtomicInteger told = new AtomicInteger();
    try (Stranger process = Stranger.start(directory, "x")) {
      process.awaitHolding();
      assertThat(take(Map.of("x", SHARED))).isEqualTo(new Ranges.Busy("x", EXCLUSIVE));
      assertThat(ranges.holder("x").pid()).isEqualTo(process.pid());
      assertThat(ranges.isHeldBy("x", process.pid())).isTrue();
      assertThat(ranges.isHeldBy("y", process.pid())).isFalse();
      ranges.await("x", EXCLUSIVE, told::incrementAndGet);
    }
    until(() -> told.get() == 1);
    assertThat(ranges.holder("x")).isEqualTo(Ranges.Somebody.UNKNOWN);
    taken("x", EXCLUSIVE);
  }

  @Test
  void aStrangersProcessWaitsUntilTheDaemonGivesItBack() throws IOException {
    taken("x", EXCLUSIVE);
    try (Stranger process = Stranger.start(directory, "x")) {
      until(this::isAwaitedOutside);
      assertThat(ranges.isHeldBy("x", process.pid())).isFalse();
      release("x");
      process.awaitHolding();
      assertThat(ranges.isHeldBy("x", process.pid())).isTrue();
    }
  }

  private boolean isAwaitedOutside() {
    try {
      return turnstile.isTaken(position("x"), 1, false);
    } catch (OsException failure) {
      throw new AssertionError(failure);
    }
  }

  private static Map<String, LockMode> many() {
    return IntStream.range(0, MANY)
        .boxed()
        .collect(Collectors.toMap(n -> "n" + n, n -> EXCLUSIVE, (one, other) -> one, TreeMap::new));
  }

  @Test
  void manyNamesArePartsThatAreAllOfThem() throws IOException {
    List<Map<String, LockMode>> parts = ranges.parts(many());
    assertThat(parts).hasSizeGreaterThan(10);
    assertThat(parts.stream().flatMap(part -> part.keySet().stream()))
        .hasSize(MANY)
        .containsExactlyInAnyOrderElementsOf(many().keySet());
    for (Map<String, LockMode> part : parts) {
      assertThat(take(part)).isNull();
    }
    assertThat(strangerGets("n4", SHARED)).isFalse();
    assertThat(strangerGets("n2999", SHARED)).isFalse();
  }

  @Test
  void manyNamesAreGivenBackSomeATimeAndMayBeTakenAgainMeanwhile() throws IOException {
    for (Map<String, LockMode> part : ranges.parts(many())) {
      assertThat(take(part)).isNull();
    }
    String last = ranges.parts(many()).getFirst().keySet().iterator().next();
    ranges.release(many());
    assertThat(getsQuietly(last)).isFalse(); // the farthest is given back last
    taken(last, SHARED);
    String secondLast = List.copyOf(ranges.parts(many()).getFirst().keySet()).get(1);
    until(() -> getsQuietly(secondLast));
    assertThat(strangerGets(last, EXCLUSIVE)).isFalse();
    assertThat(strangerGets(last, SHARED)).isTrue();
  }

  @Test
  void atTheEndAllIsFree() throws IOException {
    taken("x", EXCLUSIVE);
    ranges.close();
    assertThat(strangerGets("x", EXCLUSIVE)).isTrue();
  }

  @Test
  void withAFileThatWasReplacedTheDaemonHasItsOwnDescription() throws IOException {
    Files.delete(directory.resolve("ranges"));
    try (OfdLocks fresh = OfdLocks.open(directory.resolve("ranges"))) {
      ranges = daemon();
      taken("x", EXCLUSIVE);
      assertThat(fresh.tryLock(position("x"), LockRange.LENGTH, true)).isFalse();
    }
    assertThat(Files.readString(folder.resolve("log.0"))).contains("was replaced");
  }
}
