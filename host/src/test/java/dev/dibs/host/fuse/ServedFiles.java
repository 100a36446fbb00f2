package dev.dibs.host.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dibs.host.Epoll;
import dev.dibs.host.FuseDevice;
import dev.dibs.host.OsException;
import dev.dibs.host.Self;
import dev.dibs.host.Wakeup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A thread that serves a {@link SmallTree}, and what it was asked. */
final class ServedFiles implements AutoCloseable {

  private static final long DEVICE = 1;
  private static final long WAKEUP = 2;
  private static final int WAIT_MS_MAX = 20_000;

  final FuseConnection connection;
  final SmallTree tree;

  private final Wakeup wakeup = Wakeup.create();
  private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::serve, "served-files");
  private final List<FuseRequest> seen = new ArrayList<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private boolean closing;

  interface Task {
    void run() throws OsException;
  }

  ServedFiles(FuseDevice device) throws OsException {
    connection = FuseConnection.over(device);
    tree = new SmallTree(connection);
  }

  ServedFiles start() {
    thread.start();
    return this;
  }

  /** Where file systems can't be mounted tests are left out, except where all must be run. */
  static void require() {
    present(canOpenDevice(), "/dev/fuse");
    present(Self.effectiveUid() == 0 || Fusermount.find().isPresent(), "fusermount3");
  }

  private static boolean canOpenDevice() {
    try {
      FuseDevice.open().close();
      return true;
    } catch (OsException refusal) {
      return false;
    }
  }

  static void present(boolean there, String what) {
    boolean all = Stream.of("CI", "DIBS_CHECK_ALL").anyMatch(n -> "true".equals(System.getenv(n)));
    if (all) {
      assertThat(there).as(what + " is there").isTrue();
    }
    assumeTrue(there, "missing: " + what);
  }

  /** Runs something in the thread that serves, soon. */
  void post(Task task) {
    tasks.add(task);
    wakeup.wake();
  }

  /** Waits for the first request of a kind that it was asked. */
  <T extends FuseRequest> T await(Class<T> kind) throws InterruptedException {
    return await(kind, any -> true);
  }

  /** Waits for the first such request. */
  synchronized <T extends FuseRequest> T await(Class<T> kind, Predicate<T> which)
      throws InterruptedException {
    long deadlineMs = Self.monotonicMs() + WAIT_MS_MAX;
    while (seen(kind).stream().noneMatch(which)) {
      long left = deadlineMs - Self.monotonicMs();
      assertThat(left).as("until %s among %s, %s", kind, seen, failures).isPositive();
      wait(left);
    }
    return seen(kind).stream().filter(which).findFirst().orElseThrow();
  }

  /** What it was asked so far. */
  synchronized <T extends FuseRequest> List<T> seen(Class<T> kind) {
    return seen.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Waits until it is told that it is unmounted. */
  void awaitEnd() throws InterruptedException {
    thread.join(WAIT_MS_MAX);
    assertThat(thread.isAlive()).as("still served").isFalse();
    assertThat(connection.over()).isTrue();
  }

  @Override
  public void close() {
    post(() -> closing = true);
    try {
      thread.join(WAIT_MS_MAX);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    wakeup.close();
    assertThat(failures).isEmpty();
  }

  private void serve() {
    try (Epoll epoll = Epoll.create(2)) {
      epoll.add(connection.descriptor(), Epoll.IN, DEVICE);
      epoll.add(wakeup.descriptor(), Epoll.IN, WAKEUP);
      while (!closing && !connection.over()) {
        epoll.await(-1);
        wakeup.clear();
        for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        answerAll();
      }
    } catch (IOException | RuntimeException | AssertionError failure) {
      failures.add(failure);
    }
  }

  private void answerAll() throws OsException {
    for (var request = connection.next(); request.isPresent(); request = connection.next()) {
      synchronized (this) {
        seen.add(request.get());
        notifyAll();
      }
      tree.answer(request.get());
    }
  }
}
