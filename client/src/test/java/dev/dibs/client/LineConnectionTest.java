package dev.dibs.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.protocol.lines.LockAsk;
import dev.dibs.protocol.lines.LockReply;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who receives, and for whom, at a socket whose other end is the test. */
@Timeout(60)
class LineConnectionTest {

  private static final long LONG_NS = TimeUnit.SECONDS.toNanos(30);

  @TempDir private Path folder;

  private final Answers answers = new Answers();
  private LineConnection connection;
  private SocketChannel daemon;

  /** Completes what is waited for. */
  private static final class Answers implements LineConnection.Listener {
    private final Map<Long, CompletableFuture<LockReply>> all = new ConcurrentHashMap<>();
    private final CompletableFuture<IOException> end = new CompletableFuture<>();
    private volatile long takesNs;

    CompletableFuture<LockReply> to(long id) {
      return all.computeIfAbsent(id, key -> new CompletableFuture<>());
    }

    @Override
    public void received(LockReply reply) {
      LockSupport.parkNanos(takesNs);
      to(((LockReply.Granted) reply).id()).complete(reply);
    }

    @Override
    public void ended(IOException why) {
      end.complete(why);
      all.values().forEach(answer -> answer.completeExceptionally(why));
    }
  }

  @BeforeEach
  void connect() throws IOException {
    Path socket = folder.resolve("socket");
    try (ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      door.bind(UnixDomainSocketAddress.of(socket));
      connection = LineConnection.open(socket, answers);
      daemon = door.accept();
    }
  }

  @AfterEach
  void close() throws IOException {
    connection.close();
    daemon.close();
  }

  @Test
  void whoReceivesDoesSoForAll() throws Exception {
    Waiter first = waiter(1);
    Waiter second = waiter(2);
    say(2);
    assertThat(second.result()).isTrue();
    Waiter third = waiter(3);
    say(1);
    say(3);
    assertThat(first.result()).isTrue();
    assertThat(third.result()).isTrue();
  }

  @Test
  void whoIsInterruptedLeavesTheTurnToTheNextAndBreaksNothing() throws Exception {
    Waiter first = waiter(1);
    Waiter second = waiter(2);
    first.thread.interrupt();
    assertThat(first.failure()).isInstanceOf(InterruptedException.class);
    say(2);
    assertThat(second.result()).isTrue();
    assertThat(answers.end).isNotDone();
  }

  @Test
  void whoComesToLookAgainLongAfterHisTimeBreaksNothing() throws Exception {
    long timeoutNs = TimeUnit.SECONDS.toNanos(1);
    answers.takesNs = 2 * timeoutNs;
    FutureTask<Boolean> late = new FutureTask<>(() -> connection.await(answers.to(1), timeoutNs));
    Thread thread = Thread.ofPlatform().start(late);
    awaitThat(() -> isReceiving(thread) || late.isDone());
    say(2);
    assertThat(late.get(LONG_NS, TimeUnit.NANOSECONDS)).isFalse();
    assertThat(answers.end).isNotDone();
  }

  @Test
  void whoWaitsLongEnoughLeavesTheTurnToTheNext() throws Exception {
    assertThat(connection.await(answers.to(1), 1)).isFalse();
    Waiter second = waiter(2);
    assertThat(connection.await(answers.to(1), TimeUnit.MILLISECONDS.toNanos(5))).isFalse();
    say(2);
    assertThat(second.result()).isTrue();
  }

  @Test
  void whatComesForOneWhoGaveUpIsHeardThoughNobodyWaits() throws Exception {
    Waiter waiter = waiter(1);
    waiter.thread.interrupt();
    assertThat(waiter.failure()).isInstanceOf(InterruptedException.class);
    say(1);
    assertThat(answers.to(1).get(LONG_NS, TimeUnit.NANOSECONDS)).isNotNull();
  }

  @Test
  void theEndIsHeardThoughNobodyWaits() throws Exception {
    Waiter waiter = waiter(1);
    say(1);
    assertThat(waiter.result()).isTrue();
    daemon.close();
    assertThat(answers.end.get(LONG_NS, TimeUnit.NANOSECONDS)).isNotNull();
  }

  @Test
  void theEndIsTheEndForAllWhoWait() throws Exception {
    Waiter first = waiter(1);
    Waiter second = waiter(2);
    daemon.close();
    assertThat(first.result()).isTrue();
    assertThat(second.result()).isTrue();
    assertThat(answers.to(1)).isCompletedExceptionally();
  }

  @Test
  void closingEndsAllWaiting() throws Exception {
    Waiter first = waiter(1);
    Waiter second = waiter(2);
    connection.close();
    assertThat(first.result()).isTrue();
    assertThat(second.result()).isTrue();
    assertThat(answers.end).isDone();
  }

  @Test
  void whoReceivesWhileNobodyWaitsIsCalledBack() throws Exception {
    for (int id = 1; id <= 3; id++) {
      awaitThat(() -> isReceiving(keeper()));
      Waiter waiter = waiter(id);
      say(id);
      assertThat(waiter.result()).isTrue();
    }
  }

  @Test
  void virtualThreadsHearTheirAnswersBesideOthers() throws Exception {
    Waiter other = waiter(1);
    Waiter virtual = new Waiter(2, Thread.ofVirtual());
    awaitThat(() -> sleeps(virtual.thread));
    say(2);
    assertThat(virtual.result()).isTrue();
    Waiter second = new Waiter(3, Thread.ofVirtual());
    awaitThat(() -> sleeps(second.thread));
    say(1);
    assertThat(other.result()).isTrue();
    say(3);
    assertThat(second.result()).isTrue();
  }

  @Test
  void whatTheSocketHasNoRoomForIsSentThoughNobodyWaits() throws Exception {
    int lines = 100_000;
    long bytes = 0;
    for (int id = 1; id <= lines; id++) {
      LockAsk ask = new LockAsk.Release(id);
      connection.send(ask);
      bytes += ask.line().length();
    }
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    for (long left = bytes; left > 0; left -= buffer.position()) {
      assertThat(daemon.read(buffer.clear())).isPositive();
    }
  }

  private void say(long id) throws IOException {
    String line = new LockReply.Granted(id, 1).line();
    daemon.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
  }

  /** One that waits by now. */
  private Waiter waiter(long id) throws Exception {
    Waiter waiter = new Waiter(id, Thread.ofPlatform());
    awaitThat(() -> sleeps(waiter.thread) || isReceiving(waiter.thread));
    return waiter;
  }

  private Thread keeper() {
    String name = "dibs " + folder.resolve("socket");
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static boolean sleeps(Thread thread) {
    return thread.getState() == Thread.State.TIMED_WAITING;
  }

  /** In the kernel, which counts as running. */
  private static boolean isReceiving(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .limit(1)
        .anyMatch(frame -> frame.getClassName().contains("EPoll"));
  }

  private static void awaitThat(BooleanSupplier condition) throws TimeoutException {
    long endNs = System.nanoTime() + LONG_NS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - endNs > 0) {
        throw new TimeoutException("it does not come true");
      }
      Thread.onSpinWait();
    }
  }

  /** A thread that waits for an answer. */
  private final class Waiter {
    private final FutureTask<Boolean> task;
    private final Thread thread;

    Waiter(long id, Thread.Builder how) {
      CompletableFuture<LockReply> answer = answers.to(id);
      task = new FutureTask<>(() -> connection.await(answer, LONG_NS));
      thread = how.start(task);
    }

    boolean result() throws Exception {
      return task.get(LONG_NS, TimeUnit.NANOSECONDS);
    }

    Throwable failure() throws InterruptedException, TimeoutException {
      try {
        throw new AssertionError("got " + task.get(LONG_NS, TimeUnit.NANOSECONDS));
      } catch (ExecutionException failure) {
        return Objects.requireNonNull(failure.getCause());
      }
    }
  }
}
