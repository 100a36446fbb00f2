package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.dibs.client.DaemonLocks;
import dev.dibs.locks.HeldLocks;
import dev.dibs.locks.LockRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Locks in places where they might be others than one thinks, and of holders that go. */
class LocksElsewhereTest {
  private static final LockRequest X = LockRequest.exclusive("x");

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  private Running holding(String... around) {
    List<String> words = new ArrayList<>(List.of(around));
    words.addAll(List.of("lock", "x", "--", "sh", "-c", "echo held; exec cat"));
    return dibs.dibs(words.toArray(String[]::new)).piped().start().says("held");
  }

  private Ended inPrivate(String... command) {
    return dibs.dibs(
            Stream.concat(Stream.of("run", "--private", "-j1", "--"), Stream.of(command))
                .toArray(String[]::new))
        .end();
  }

  // --- in a private pool ---

  @ParameterizedTest
  @ValueSource(strings = {"-x", "--no-daemon"})
  void aPrivatePoolHasTheLocksAroundIt(String kind) {
    String itself = Programs.dibs().toString();
    Running outside = holding();
    assertThat(inPrivate(itself, "lock", kind, "-n", "x", "--", "true").status()).isEqualTo(75);
    assertThat(inPrivate(itself, "lock", "--list").well().out()).contains("held");
    outside.closeInput();
    outside.end().well();

    Running inside = holding("run", "--private", "-j1", "--", itself);
    assertThat(dibs.dibs("lock", kind, "-n", "x", "--", "true").end().status()).isEqualTo(75);
    inside.closeInput();
    inside.end().well();
    dibs.dibs("lock", kind, "-w", "30", "x", "--", "true").end().well();
  }

  @Test
  void javaProgramsInAPrivatePoolHaveThemToo() {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String[] locker = {java, "-cp", classPath, PrivateLocker.class.getName(), "x"};
    Running outside = holding();
    assertThat(inPrivate(locker).well().out()).isEqualTo("busy\n");
    outside.closeInput();
    outside.end().well();
    assertThat(inPrivate(locker).well().out()).isEqualTo("got\n");
  }

  // --- over a connection, and the daemon is killed ---

  /** Whoever has it next has it of the next daemon, and a greater number. */
  @Test
  @SuppressWarnings("try") // what is held is lost meanwhile
  void whoLostItsConnectionHoldsNothingAndEverythingTellsIt() throws Exception {
    dibs.startedDaemon();
    try (DaemonLocks locks = DaemonLocks.connect(dibs.directory());
        HeldLocks held = locks.acquire(X);
        HeldLocks again = locks.acquire(X)) {
      Running waiter = dibs.dibs("lock", "x", "--", "sh", "-c", "echo $DIBS_FENCE").start();
      Until.holds("a waiter", () -> dibs.dibs("lock", "--list").end().out().contains("waits"));
      Processes.signal("KILL", dibs.daemon().orElseThrow());
      long next = Long.parseLong(waiter.end().well().out().strip());
      assertThat(next).isGreaterThan(again.fence());
      assertThat(locks.isConnected()).isFalse();
      String gone = "the locks with it. Open them again";
      for (LockRequest any : List.of(X, LockRequest.shared("x"), LockRequest.exclusive("y"))) {
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(() -> locks.acquire(any))
            .withMessageContaining(gone);
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(() -> locks.tryAcquire(any, Duration.ZERO))
            .withMessageContaining(gone);
      }
      assertThatExceptionOfType(IOException.class).isThrownBy(held::downgrade);
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> locks.holder("x"));
      try (DaemonLocks fresh = DaemonLocks.connect(dibs.directory());
          HeldLocks anew = fresh.acquire(X)) {
        assertThat(anew.fence()).isGreaterThan(next);
        held.close();
        again.close();
        assertThat(dibs.dibs("lock", "-n", "x", "--", "true").end().status())
            .as("who gives back what it lost gives back nothing of others")
            .isEqualTo(75);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoWaitsOverAConnectionIsToldThatItIsGone(boolean virtual) throws Exception {
    Running holder = holding();
    try (DaemonLocks locks = DaemonLocks.connect(dibs.directory())) {
      FutureTask<HeldLocks> waits = new FutureTask<>(() -> locks.acquire(X));
      (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(waits);
      Until.holds("a waiter", () -> dibs.dibs("lock", "--list").end().out().contains("waits"));
      Processes.signal("KILL", dibs.daemon().orElseThrow());
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(waits::get)
          .withCauseInstanceOf(IOException.class)
          .withMessageContaining("Open them again");
    }
    holder.closeInput();
    holder.end().well();
  }

  // --- holders that fork ---

  @ParameterizedTest
  @ValueSource(strings = {"-x", "--no-daemon"})
  void whatAHolderLeavesBehindHoldsOnUnlessItWasNotToInherit(String kind) {
    String leaves = "mkfifo $1; { cat $1; } >/dev/null 2>&1 &";
    dibs.dibs("lock", kind, "x", "--", "sh", "-c", leaves, "sh", "one").end().well();
    for (String other : List.of("-x", "--no-daemon")) {
      assertThat(dibs.dibs("lock", other, "-n", "x", "--", "true").end().status()).isEqualTo(75);
    }
    dibs.plain("sh", "-c", "echo >one").end().well();
    dibs.dibs("lock", "-w", "30", "x", "--", "true").end().well();

    dibs.dibs("lock", kind, "--no-inherit", "x", "--", "sh", "-c", leaves, "sh", "two")
        .end()
        .well();
    for (String other : List.of("-x", "--no-daemon")) {
      dibs.dibs("lock", other, "-w", "30", "x", "--", "true").end().well();
    }
    dibs.plain("sh", "-c", "echo >two").end().well();
  }

  // --- ending a holder ---

  @ParameterizedTest
  @ValueSource(strings = {"", "n", "perhaps", "yy", "y es"})
  void onlyAYesEndsAHolder(String answer) {
    Running holder = holding();
    Running asked = killing();
    asked.says("End them? [y/N]").say(answer);
    assertThat(asked.end().with(1).out()).contains("Nobody was ended");
    assertThat(holder.isOver()).isFalse();
    holder.closeInput();
    holder.end().well();
  }

  /** The answer is about whom it was asked for. */
  @Test
  void whoCameMeanwhileIsNotEnded() {
    Running first = holding();
    Running asked = killing();
    asked.says("pid " + first.pid()).says("End them? [y/N]");
    first.closeInput();
    first.end().well();
    Running second = holding();
    asked.say("y");
    Ended ended = asked.end();
    assertThat(second.isOver()).as(ended.out()).isFalse();
    assertThat(dibs.dibs("lock", "-n", "x", "--", "true").end().status()).isEqualTo(75);
    second.closeInput();
    second.end().well();
  }

  private Running killing() {
    return dibs.plain(
            Tool.SCRIPT.require().toString(),
            "-qec",
            Programs.dibs() + " lock --kill-holder x",
            "/dev/null")
        .with("TERM", "xterm")
        .piped()
        .start();
  }
}
