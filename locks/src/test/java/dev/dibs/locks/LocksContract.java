package dev.dibs.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What every implementation of {@link Locks} promises, with real processes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
public abstract class LocksContract {

  private static final Duration AT_ONCE = Duration.ZERO;
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int MANY = 2_000;
  private static final Duration SHORT = Duration.ofMillis(60);

  private final List<ChildJvm> children = new ArrayList<>();
  private int childrenInUse;
  private Locks locks = refusing();

  /** What opens the locks, here and in other processes. */
  protected abstract Class<? extends LocksFactory> factory();

  /** Where they are; the same for all tests of an object. */
  protected abstract String where() throws IOException;

  @BeforeAll
  void startChildren() throws IOException {
    for (int i = 0; i < 3; i++) {
      children.add(LockChild.start(factory(), where()));
    }
  }

  @BeforeEach
  void open() throws IOException {
    locks = LocksFactory.named(factory().getName()).open(where());
    childrenInUse = 0;
  }

  @AfterEach
  void close() throws IOException {
    locks.close();
    for (ChildJvm child : children.subList(0, childrenInUse)) {
      child.ask("release");
    }
  }

  @AfterAll
  void endChildren() {
    children.forEach(ChildJvm::close);
  }

  // --- exclusion ---

  @Test
  void anExclusiveLockKeepsAllOtherProcessesOut() throws Exception {
    ChildJvm child = child();
    child.ask("take EXCLUSIVE 0 a");
    assertThat(locks.tryAcquire(LockRequest.exclusive("a"), AT_ONCE)).isEmpty();
    assertThat(locks.tryAcquire(LockRequest.shared("a"), AT_ONCE)).isEmpty();
    child.ask("release");
    assertThat(locks.tryAcquire(LockRequest.exclusive("a"), AT_ONCE)).isPresent();
    assertThat(child.ask("take EXCLUSIVE 0 a")).isEqualTo("not");
    assertThat(child.ask("take SHARED 0 a")).isEqualTo("not");
  }

  @Test
  void anExclusiveLockKeepsAllOtherThreadsOut() throws Exception {
    try (HeldLocks held = locks.acquire(LockRequest.exclusive("a"))) {
      assertThat(held.names()).containsExactly("a");
      assertThat(elsewhere(() -> isFree("a", LockMode.EXCLUSIVE)).get()).isFalse();
      assertThat(elsewhere(() -> isFree("a", LockMode.SHARED)).get()).isFalse();
    }
    assertThat(elsewhere(() -> isFree("a", LockMode.EXCLUSIVE)).get()).isTrue();
  }

  @Test
  void sharedLocksGoTogetherAndKeepWritersOut() throws Exception {
    assertThat(child().ask("take SHARED 0 a")).startsWith("held");
    assertThat(child().ask("take SHARED 10000 a")).startsWith("held");
    try (HeldLocks held = locks.acquire(LockRequest.shared("a"))) {
      assertThat(held.fence()).isPositive();
      assertThat(elsewhere(() -> isFree("a", LockMode.SHARED)).get()).isTrue();
      assertThat(elsewhere(() -> isFree("a", LockMode.EXCLUSIVE)).get()).isFalse();
    }
    assertThat(locks.tryAcquire(LockRequest.exclusive("a"), AT_ONCE)).isEmpty();
  }

  @Test
  void otherNamesAreOtherLocks() throws Exception {
    child().ask("take EXCLUSIVE 0 a");
    assertThat(locks.tryAcquire(LockRequest.exclusive("b"), AT_ONCE)).isPresent();
  }

  @Test
  void aWaiterGetsItWhenItIsFree() throws Exception {
    HeldLocks held = locks.acquire(LockRequest.exclusive("a"));
    ChildJvm child = child();
    child.tell("take EXCLUSIVE -1 a");
    child.tell("release");
    FutureTask<Boolean> here = elsewhere(() -> isFreeWithin("a", LONG));
    held.close();
    assertThat(here.get()).isTrue();
    assertThat(child.answer()).startsWith("held");
    assertThat(child.answer()).isEqualTo("release");
  }

  // --- who holds it already ---

  @Test
  void aThreadMayTakeItAgainAndItIsFreeWithTheLast() throws Exception {
    HeldLocks outer = locks.acquire(LockRequest.exclusive("a"));
    HeldLocks inner = locks.acquire(LockRequest.exclusive("a"));
    HeldLocks weaker = locks.acquire(LockRequest.shared("a"));
    outer.close();
    inner.close();
    assertThat(child().ask("take SHARED 0 a")).isEqualTo("not");
    weaker.close();
    assertThat(child().ask("take EXCLUSIVE 0 a")).startsWith("held");
  }

  @Test
  void closingTwiceGivesBackOnce() throws Exception {
    HeldLocks outer = locks.acquire(LockRequest.exclusive("a"));
    HeldLocks inner = locks.acquire(LockRequest.exclusive("a"));
    inner.close();
    inner.close();
    assertThat(child().ask("take SHARED 0 a")).isEqualTo("not");
    outer.close();
  }

  @Test
  void anyThreadMayCloseWhatAnotherTook() throws Exception {
    HeldLocks held = locks.acquire(LockRequest.exclusive("a"));
    elsewhere(
            () -> {
              held.close();
              return true;
            })
        .get();
    assertThat(child().ask("take EXCLUSIVE 0 a")).startsWith("held");
  }

  @Test
  void fromSharedToExclusiveIsRefused() throws Exception {
    try (HeldLocks held = locks.acquire(LockRequest.shared("a"))) {
      assertThatExceptionOfType(LockRefusedException.class)
          .isThrownBy(() -> locks.acquire(LockRequest.exclusive("a", "b")))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(LockRefusedException.Reason.UPGRADE))
          .withMessageContaining("'a'");
      assertThat(held.names()).containsExactly("a");
    }
    assertThat(child().ask("take EXCLUSIVE 0 a b")).startsWith("held");
  }

  @Test
  void fromExclusiveToSharedLetsReadersInAndNoWriter() throws Exception {
    ChildJvm writer = child();
    ChildJvm reader = child();
    try (HeldLocks held = locks.acquire(LockRequest.exclusive("a"))) {
      held.downgrade();
      assertThat(reader.ask("take SHARED 0 a")).startsWith("held");
      assertThat(reader.ask("release")).isEqualTo("release");
      writer.tell("take EXCLUSIVE -1 a"); // whoever comes now may have to wait behind it
      held.downgrade();
      assertThat(writer.isSilent()).isTrue();
    }
    assertThat(writer.answer()).startsWith("held");
  }

  @Test
  void aDowngradeWaitsForTheThreadsOtherRequests() throws Exception {
    try (HeldLocks outer = locks.acquire(LockRequest.exclusive("a"));
        HeldLocks inner = locks.acquire(LockRequest.exclusive("a"))) {
      inner.downgrade();
      assertThat(child().ask("take SHARED 0 a")).isEqualTo("not");
      outer.downgrade();
      assertThat(child().ask("take SHARED 0 a")).startsWith("held");
    }
  }

  // --- many names ---

  @Test
  void ofManyNamesAllAreTakenOrNone() throws Exception {
    ChildJvm child = child();
    child.ask("take EXCLUSIVE 0 b");
    assertThat(locks.tryAcquire(LockRequest.exclusive("a", "b", "c"), AT_ONCE)).isEmpty();
    assertThat(locks.tryAcquire(LockRequest.exclusive("a", "b", "c"), SHORT)).isEmpty();
    assertThat(child.ask("take EXCLUSIVE 0 a c")).startsWith("held");
  }

  @Test
  void eachNameHasItsMode() throws Exception {
    Map<String, LockMode> modes = Map.of("r", LockMode.SHARED, "w", LockMode.EXCLUSIVE);
    try (HeldLocks held = locks.acquire(new LockRequest(modes, Priority.BACKGROUND))) {
      assertThat(held.names()).containsExactly("r", "w");
      assertThat(child().ask("take SHARED 0 r")).startsWith("held");
      assertThat(child().ask("take SHARED 0 w")).isEqualTo("not");
    }
  }

  @Test
  void requestsOfManyNamesDoNotWaitInACircle() throws Exception {
    ChildJvm child = child();
    for (int i = 0; i < 200; i++) {
      child.tell("take EXCLUSIVE -1 a b c d");
      child.tell("release");
      locks.acquire(LockRequest.exclusive("d", "c", "b", "a")).close();
    }
    for (int i = 0; i < 400; i++) {
      assertThat(child.answer()).isNotEqualTo("not");
    }
  }

  @Test
  void thousandsOfNamesAreOneRequest() throws Exception {
    Map<String, LockMode> names = new TreeMap<>();
    for (int i = 0; i < MANY; i++) {
      names.put("name-" + i, LockMode.EXCLUSIVE);
    }
    try (HeldLocks held = locks.acquire(new LockRequest(names, Priority.NORMAL))) {
      assertThat(held.names()).hasSize(MANY);
      assertThat(child().ask("take SHARED 0 name-" + (MANY - 1))).isEqualTo("not");
    }
  }

  // --- waiting ---

  @Test
  void whoWaitsSleepsUntilItIsFree() throws Exception {
    HeldLocks held = locks.acquire(LockRequest.exclusive("a"));
    ChildJvm child = child();
    child.tell("take EXCLUSIVE -1 a");
    assertThat(child.sleepsFor(Duration.ofSeconds(1), LONG)).isTrue();
    assertThat(child.isSilent()).isTrue();
    held.close();
    assertThat(child.answer()).startsWith("held");
  }

  @Test
  void aTimeOutIsKeptAndLeavesNothingInTheWay() throws Exception {
    child().ask("take SHARED 0 a");
    long beganNs = System.nanoTime();
    assertThat(locks.tryAcquire(LockRequest.exclusive("a"), SHORT)).isEmpty();
    assertThat(System.nanoTime() - beganNs).isGreaterThanOrEqualTo(SHORT.toNanos());
    assertThat(child().ask("take SHARED 10000 a")).startsWith("held");
    assertThat(locks.tryAcquire(LockRequest.shared("a"), AT_ONCE)).isPresent();
    assertThat(elsewhere(() -> isFreeWithin("a", SHORT)).get()).isFalse();
    assertThat(locks.tryAcquire(LockRequest.shared("a"), LONG)).isPresent();
  }

  @Test
  void aTimeOutInOneThreadIsNoneForOthers() throws Exception {
    ChildJvm child = child();
    child.ask("take EXCLUSIVE 0 a");
    FutureTask<Boolean> patient = elsewhere(() -> isFreeWithin("a", LONG));
    assertThat(elsewhere(() -> isFreeWithin("a", SHORT)).get()).isFalse();
    child.ask("release");
    assertThat(patient.get()).isTrue();
  }

  @Test
  void anInterruptEndsTheWaitAndNothingIsHeld() throws Exception {
    ChildJvm child = child();
    child.ask("take EXCLUSIVE 0 b");
    CountDownLatch begun = new CountDownLatch(1);
    FutureTask<Boolean> waits =
        new FutureTask<>(
            () -> {
              begun.countDown();
              return isFree(locks.acquire(LockRequest.exclusive("a", "b")));
            });
    Thread thread = Thread.ofPlatform().daemon().start(waits);
    begun.await();
    awaitWaiting(thread);
    thread.interrupt();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(waits::get)
        .withCauseInstanceOf(InterruptedException.class);
    assertThat(child.ask("take EXCLUSIVE 0 a")).startsWith("held");
    child.ask("release");
    assertThat(locks.tryAcquire(LockRequest.exclusive("a", "b"), LONG)).isPresent();
  }

  @Test
  void anInterruptedThreadTakesNothingAndHarmsNobody() throws Exception {
    try (HeldLocks held = locks.acquire(LockRequest.exclusive("a"))) {
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> locks.acquire(LockRequest.exclusive("b")));
      Thread.currentThread().interrupt();
      held.downgrade();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(child().ask("take EXCLUSIVE 0 a")).isEqualTo("not");
      Thread.currentThread().interrupt();
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(child().ask("take EXCLUSIVE 0 a")).startsWith("held");
  }

  @Test
  void virtualThreadsWaitWithoutThreadsOfTheSystem() throws Exception {
    int[] counter = {0};
    List<FutureTask<Boolean>> all = new ArrayList<>();
    try (HeldLocks held = locks.acquire(LockRequest.exclusive("a"))) {
      assertThat(held.fence()).isPositive();
      for (int i = 0; i < 300; i++) {
        all.add(new FutureTask<>(() -> count(counter)));
        Thread.ofVirtual().start(all.getLast());
      }
    }
    for (FutureTask<Boolean> each : all) {
      each.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
    assertThat(counter[0]).isEqualTo(300);
  }

  @SuppressWarnings("ThreadPriorityCheck") // only makes a race likelier
  private boolean count(int[] counter) throws Exception {
    try (HeldLocks held = locks.acquire(LockRequest.exclusive("a"))) {
      int before = counter[0];
      Thread.onSpinWait();
      counter[0] = before + 1;
      return !held.names().isEmpty();
    }
  }

  // --- deaths ---

  @Test
  void theLocksOfAKilledProcessAreFree() throws Exception {
    try (ChildJvm holder = LockChild.start(factory(), where())) {
      assertThat(holder.ask("take EXCLUSIVE -1 a b")).startsWith("held");
      FutureTask<Boolean> waiter = elsewhere(() -> isFreeWithin("a", LONG));
      ChildJvm other = child();
      other.tell("take SHARED 30000 b");
      holder.kill();
      assertThat(waiter.get()).isTrue();
      assertThat(other.answer()).startsWith("held");
    }
  }

  @Test
  void aKilledWaiterIsInNobodysWay() throws Exception {
    try (ChildJvm waiter = LockChild.start(factory(), where());
        HeldLocks held = locks.acquire(LockRequest.shared("a"))) {
      waiter.ask("take EXCLUSIVE 0 other");
      waiter.tell("take EXCLUSIVE -1 a");
      waiter.kill();
      assertThat(held.names()).containsExactly("a");
      assertThat(child().ask("take SHARED 30000 a")).startsWith("held");
    }
  }

  @Test
  void aStoppedHolderHoldsOn() throws Exception {
    ChildJvm holder = child();
    holder.ask("take EXCLUSIVE 0 a");
    holder.stop();
    try {
      assertThat(locks.tryAcquire(LockRequest.exclusive("a"), SHORT)).isEmpty();
      assertThat(locks.tryAcquire(LockRequest.shared("a"), SHORT)).isEmpty();
    } finally {
      holder.resume();
    }
  }

  // --- what is told ---

  @Test
  void fencingNumbersGrowAcrossProcesses() throws Exception {
    long last = 0;
    for (int i = 0; i < 5; i++) {
      ChildJvm child = children.get(i % 2);
      childrenInUse = 2;
      long theirs = Long.parseLong(child.ask("take EXCLUSIVE 0 a").substring("held ".length()));
      child.ask("release");
      try (HeldLocks held = locks.acquire(LockRequest.exclusive("a"))) {
        assertThat(theirs).isGreaterThan(last);
        assertThat(held.fence()).isGreaterThan(theirs);
        last = held.fence();
      }
    }
  }

  @Test
  void theHolderIsKnown() throws Exception {
    Instant before = Instant.now().minusMillis(1);
    ChildJvm child = child();
    child.ask("take EXCLUSIVE 0 some/thing");
    LockHolder holder = locks.holder("some/thing").orElseThrow();
    assertThat(holder.pid()).isEqualTo(child.pid());
    assertThat(holder.since()).isBetween(before, Instant.now());
    assertThat(holder.directory()).isNotEmpty();
    assertThat(holder.command()).isNotEmpty();
    child.ask("release");
    assertThat(locks.holder("some/thing")).isEmpty();
  }

  @Test
  void aDeadHolderIsNotNamed() throws Exception {
    try (ChildJvm child = LockChild.start(factory(), where())) {
      child.ask("take EXCLUSIVE 0 a");
      child.kill();
      assertThat(locks.holder("a")).isEmpty();
    }
  }

  @Test
  void closedLocksHoldNothingAndGiveNothing() throws Exception {
    locks.acquire(LockRequest.exclusive("a"));
    HeldLocks held = locks.acquire(LockRequest.shared("b"));
    locks.close();
    locks.close();
    held.close();
    assertThat(child().ask("take EXCLUSIVE 0 a b")).startsWith("held");
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> locks.acquire(LockRequest.exclusive("a")));
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(held::downgrade);
  }

  // --- helpers ---

  private ChildJvm child() {
    return children.get(childrenInUse++);
  }

  private boolean isFree(String name, LockMode mode) throws Exception {
    return locks
        .tryAcquire(new LockRequest(Map.of(name, mode), Priority.NORMAL), AT_ONCE)
        .map(LocksContract::isFree)
        .orElse(false);
  }

  private boolean isFreeWithin(String name, Duration timeout) throws Exception {
    return locks
        .tryAcquire(LockRequest.exclusive(name), timeout)
        .map(LocksContract::isFree)
        .orElse(false);
  }

  private static boolean isFree(HeldLocks held) {
    held.close();
    return true;
  }

  private static <T> FutureTask<T> elsewhere(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  private static void awaitWaiting(Thread thread) throws TimeoutException {
    long endNs = System.nanoTime() + LONG.toNanos();
    while (!isWaiting(thread)) {
      if (System.nanoTime() > endNs) {
        throw new TimeoutException("it does not wait");
      }
      Thread.onSpinWait();
    }
  }

  /** A thread that waits for a socket counts as running. */
  private static boolean isWaiting(Thread thread) {
    return switch (thread.getState()) {
      case WAITING, TIMED_WAITING -> true;
      case RUNNABLE ->
          Arrays.stream(thread.getStackTrace())
              .limit(1)
              .anyMatch(frame -> List.of("poll", "wait").contains(frame.getMethodName()));
      case NEW, BLOCKED, TERMINATED -> false;
    };
  }

  private static Locks refusing() {
    return new Locks() {
      @Override
      public HeldLocks acquire(LockRequest request) {
        throw new IllegalStateException("not open");
      }

      @Override
      public Optional<HeldLocks> tryAcquire(LockRequest request, Duration timeout) {
        throw new IllegalStateException("not open");
      }

      @Override
      public Optional<LockHolder> holder(String name) {
        return Optional.empty();
      }

      @Override
      public void close() {}
    };
  }
}
