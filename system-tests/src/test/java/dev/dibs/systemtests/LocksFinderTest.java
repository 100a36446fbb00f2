package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.dibs.client.DaemonLocks;
import dev.dibs.client.LocksFinder;
import dev.dibs.locks.HeldLocks;
import dev.dibs.locks.LockRefusedException;
import dev.dibs.locks.LockRequest;
import dev.dibs.locks.Locks;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The Java library where daemons come and go. */
class LocksFinderTest {
  private static final LockRequest REQUEST = LockRequest.exclusive("a");

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  @Test
  void withoutADaemonThereAreThoseThatNeedNone() throws Exception {
    dibs.startedDaemon();
    dibs.dibs("stop").end().well();
    try (Locks locks = LocksFinder.find(dibs.directory());
        HeldLocks held = locks.acquire(REQUEST)) {
      assertThat(locks).isNotInstanceOf(DaemonLocks.class);
      assertThat(held.names()).containsExactly("a");
      Ended other = dibs.dibs("lock", "-n", "a", "--", "true").end();
      assertThat(other.status()).isEqualTo(75);
      assertThat(other.err())
          .contains("held without the daemon by pid " + ProcessHandle.current().pid());
    }
    dibs.dibs("lock", "-w", "30", "a", "--", "true").end().well();
  }

  @Test
  void aDaemonThatRunsIsAsked() throws Exception {
    dibs.startedDaemon();
    try (Locks locks = LocksFinder.find(dibs.directory());
        HeldLocks held = locks.acquire(REQUEST)) {
      assertThat(locks).isInstanceOf(DaemonLocks.class);
      assertThat(held.names()).containsExactly("a");
      Ended other = dibs.dibs("lock", "-n", "a", "--", "true").end();
      assertThat(other.status()).isEqualTo(75);
    }
    dibs.dibs("lock", "-w", "30", "a", "--", "true").end().well();
  }

  @Test
  void theEndOfTheDaemonIsTheEndOfItsLocks() throws Exception {
    dibs.startedDaemon();
    try (DaemonLocks locks = DaemonLocks.connect(dibs.directory());
        HeldLocks held = locks.acquire(REQUEST)) {
      CountDownLatch begun = new CountDownLatch(1);
      FutureTask<HeldLocks> waits =
          new FutureTask<>(
              () -> {
                begun.countDown();
                return locks.acquire(REQUEST);
              });
      Thread.ofVirtual().start(waits);
      begun.await();
      dibs.killAllOfTheDaemon();
      assertThatExceptionOfType(java.util.concurrent.ExecutionException.class)
          .isThrownBy(waits::get)
          .withCauseInstanceOf(IOException.class)
          .withMessageContaining("Open them again");
      assertThat(locks.isConnected()).isFalse();
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> locks.acquire(REQUEST));
      assertThatExceptionOfType(IOException.class).isThrownBy(held::downgrade);
    }
  }

  @Test
  @SuppressWarnings("try") // it is closed early, so that the other thread can end
  void aCircleOfThreadsIsRefused() throws Exception {
    dibs.startedDaemon();
    try (DaemonLocks locks = DaemonLocks.connect(dibs.directory());
        HeldLocks mine = locks.acquire(REQUEST)) {
      CountDownLatch hasB = new CountDownLatch(1);
      FutureTask<Boolean> other =
          new FutureTask<>(
              () -> {
                try (HeldLocks b = locks.acquire(LockRequest.exclusive("b"))) {
                  hasB.countDown();
                  return takes(locks, "a") && b.fence() > 0;
                }
              });
      Thread.ofVirtual().start(other);
      hasB.await();
      boolean here = takes(locks, "b");
      mine.close();
      assertThat(here).isNotEqualTo(other.get());
    }
  }

  /** Whether it got the lock, which it gives back; else it was a circle. */
  private static boolean takes(Locks locks, String name) throws Exception {
    try (HeldLocks held = locks.acquire(LockRequest.exclusive(name))) {
      return held.fence() > 0;
    } catch (LockRefusedException refusal) {
      assertThat(refusal.reason()).isEqualTo(LockRefusedException.Reason.CYCLE);
      return false;
    }
  }
}
