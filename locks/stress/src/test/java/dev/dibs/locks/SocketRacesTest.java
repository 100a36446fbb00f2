package dev.dibs.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes of the socket mechanism that are late, stopped, or killed at each of their steps. */
@Timeout(120)
class SocketRacesTest {

  private static final LockName NAME = LockName.of("a");
  private static final Duration LONG = Duration.ofSeconds(30);

  /** Longer than all times of {@link SocketLocksFactory#SHORT}. */
  private static final Duration PAST_ALL = Duration.ofMillis(300);

  @TempDir Path parent;
  private Path directory = Path.of("");

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = SocketLocksFactory.directory(parent.resolve("locks"));
  }

  @Test
  void whoJudgedAndComesLateHurtsNobody() throws Exception {
    assertThat(ownersAfterALateDeletion(() -> {})).isEqualTo(1);
  }

  /** The canary. */
  @Test
  void whoClearsWhatIsThereInsteadMakesTwoOwners() throws Exception {
    assertThat(ownersAfterALateDeletion(() -> SocketLocksFactory.clear(directory))).isEqualTo(2);
  }

  /** One judges the dead owner's record, another takes the lock, and the first goes on. */
  private int ownersAfterALateDeletion(Runnable whenLate) throws Exception {
    leaveADeadOwner();
    CountDownLatch judged = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ClaimSteps paused =
        step -> {
          if (step == ClaimSteps.Step.JUDGED) {
            judged.countDown();
            awaitQuietly(goOn);
            whenLate.run();
          }
        };
    Mechanism late = SocketMechanism.open(directory, SocketLocksFactory.SHORT, paused);
    FutureTask<Mechanism.Hold> lateHold =
        new FutureTask<>(() -> late.take(NAME, LockMode.EXCLUSIVE, Deadline.now()));
    Thread.ofVirtual().start(lateHold);
    judged.await();
    Mechanism.Hold first = mechanism().take(NAME, LockMode.EXCLUSIVE, Deadline.now());
    assertThat(first).isNotNull();
    goOn.countDown();
    return lateHold.get() == null ? 1 : 2;
  }

  private void leaveADeadOwner() {
    try (ChildJvm child = child()) {
      assertThat(child.ask("take EXCLUSIVE 0 a")).startsWith("held");
    }
  }

  @Test
  void aHolderThatIsStoppedPastAllTimesHoldsOn() throws Exception {
    try (ChildJvm child = child()) {
      assertThat(child.ask("take EXCLUSIVE 0 a")).startsWith("held");
      child.stop();
      Mechanism mechanism = mechanism();
      for (LockMode mode : LockMode.values()) {
        assertThat(mechanism.take(NAME, mode, Deadline.after(PAST_ALL))).isNull();
        assertThat(mechanism.take(NAME, mode, Deadline.now())).isNull();
      }
      child.resume();
      child.ask("release");
      assertThat(mechanism.take(NAME, LockMode.EXCLUSIVE, Deadline.after(LONG))).isNotNull();
    }
  }

  @Test
  void aReaderThatIsStoppedPastAllTimesKeepsWritersOutAndNoReaders() throws Exception {
    try (ChildJvm child = child()) {
      assertThat(child.ask("take SHARED 0 a")).startsWith("held");
      child.stop();
      Mechanism mechanism = mechanism();
      assertThat(mechanism.take(NAME, LockMode.EXCLUSIVE, Deadline.after(PAST_ALL))).isNull();
      assertThat(mechanism.take(NAME, LockMode.SHARED, Deadline.now())).isNotNull();
    }
  }

  @Test
  void theNextInLineDoesNotBlockOthersWhileItIsStopped() throws Exception {
    Mechanism mechanism = mechanism();
    Mechanism.Hold hold = taken(mechanism, Deadline.now());
    try (ChildJvm child = child()) {
      child.tell("take EXCLUSIVE -1 a");
      await(() -> ClaimRecords.in(directory, ClaimSteps.NONE).turn(NAME).isThere());
      child.stop();
      hold.release();
      Mechanism.Hold again = taken(mechanism, Deadline.after(LONG));
      child.resume();
      again.release();
      assertThat(child.answer()).startsWith("held");
    }
  }

  @Test
  void whoReleasesAndWantsItAgainStandsBehindWhoWaits() throws Exception {
    Mechanism mechanism = mechanism();
    Mechanism.Hold hold = taken(mechanism, Deadline.now());
    try (ChildJvm child = child()) {
      child.tell("take EXCLUSIVE -1 a");
      await(() -> ClaimRecords.in(directory, ClaimSteps.NONE).turn(NAME).isThere());
      hold.release();
      FutureTask<Mechanism.Hold> again =
          new FutureTask<>(() -> mechanism.take(NAME, LockMode.EXCLUSIVE, Deadline.never()));
      Thread.ofVirtual().start(again);
      assertThat(child.answer()).startsWith("held");
      assertThat(again.isDone()).isFalse();
      child.ask("release");
      assertThat(again.get()).isNotNull();
    }
  }

  /** Each child finds what the one before left. */
  @Test
  void whoeverDiesAtAnyStepLeavesTheLockFree() throws Exception {
    Mechanism mechanism = mechanism();
    boolean died = true;
    int step = 0;
    while (died) {
      step++;
      died = diesAt(step);
      if (step % 2 == 0 || !died) {
        taken(mechanism, Deadline.after(LONG)).release();
      }
    }
    assertThat(step).isGreaterThan(15);
    mechanism(); // sweeps
    assertThat(ClaimGate.names(directory.resolve("claims"))).containsExactly("aside");
    assertThat(ClaimGate.names(directory.resolve("claims/aside"))).isEmpty();
  }

  private boolean diesAt(int step) {
    try (ChildJvm child = LockChild.start(SocketLocksFactory.Dying.class, directory + ":" + step)) {
      for (String line :
          List.of(
              "take EXCLUSIVE 20000 a", "downgrade", "release", "take SHARED 20000 a", "release")) {
        child.tell(line);
        String answer = child.answer();
        if (answer.equals(ChildJvm.END)) {
          return true;
        }
        assertThat(answer).isNotEqualTo("not");
      }
      return false;
    } catch (UncheckedIOException gone) {
      return true;
    }
  }

  private static Mechanism.Hold taken(Mechanism mechanism, Deadline deadline) throws Exception {
    return Objects.requireNonNull(mechanism.take(NAME, LockMode.EXCLUSIVE, deadline), "late");
  }

  private ChildJvm child() {
    return LockChild.start(SocketLocksFactory.class, directory.toString());
  }

  private Mechanism mechanism() throws IOException {
    return SocketMechanism.open(directory, SocketLocksFactory.SHORT, ClaimSteps.NONE);
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition) throws IOException {
    long endNs = System.nanoTime() + LONG.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(endNs);
      Thread.onSpinWait();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupt) {
      throw new IllegalStateException(interrupt);
    }
  }
}
