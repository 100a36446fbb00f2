package dev.dibs.client;

import dev.dibs.locks.LockRefusedException;
import dev.dibs.protocol.lines.LockAsk;
import dev.dibs.protocol.lines.LockReply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Questions to the daemon and their answers, which find each other by a number. Thread-safe.
 *
 * <pre>
 *   asked --answered--&gt; over
 *     |
 *     +----given up, withdrawn--&gt; over; if it was granted meanwhile, that is released
 * </pre>
 */
final class Requests implements ThreadBooks.Teller, LineConnection.Listener, AutoCloseable {

  /** How much longer than was asked for an answer may take, before the daemon counts as dead. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration LONGEST = Duration.ofDays(100_000); // in ns it is no overflow

  private final Path socket;
  private final ReentrantLock lock = new ReentrantLock(); // less code than a map that needs none
  private final Map<Long, CompletableFuture<LockReply>> asked = new HashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final LineConnection connection;
  private volatile @Nullable IOException ended;

  @SuppressWarnings("this-escape") // whoever is told meanwhile finds an empty map
  private Requests(Path socket) throws IOException {
    this.socket = socket;
    this.connection = LineConnection.open(socket, this);
  }

  static Requests open(Path socket) throws IOException {
    try {
      return new Requests(socket);
    } catch (IOException | UnsupportedOperationException failure) {
      throw new IOException(
          "No locks by dibs' daemon: %s does not answer (%s). Start one, with 'dibs run -- true'"
              .formatted(socket, failure.getMessage()),
          failure);
    }
  }

  long newId() {
    return ids.incrementAndGet();
  }

  boolean isOpen() {
    return ended == null;
  }

  void checkOpen() throws IOException {
    IOException why = ended;
    if (why != null) {
      throw lost(why);
    }
  }

  private IOException lost(IOException why) {
    return new IOException(
        "The connection to dibs' daemon at %s is gone (%s), and the locks with it. Open them again"
            .formatted(socket, why.getMessage()),
        why);
  }

  /**
   * Asks for locks; blocks until they are granted or refused.
   *
   * @return null if the time was over
   */
  LockReply.@Nullable Granted acquire(LockAsk.Acquire ask)
      throws IOException, InterruptedException, LockRefusedException {
    CompletableFuture<LockReply> answer = send(ask);
    LockReply reply;
    try {
      reply = await(answer, ask.timeout());
    } catch (InterruptedException interrupt) {
      giveUp(ask.id(), answer);
      throw interrupt;
    }
    if (reply instanceof LockReply.Granted granted) {
      return granted;
    }
    refused((LockReply.Refused) reply);
    return null;
  }

  private static void refused(LockReply.Refused reply) throws IOException, LockRefusedException {
    switch (reply.reason()) {
      case BUSY, TIMEOUT, WITHDRAWN -> {}
      case UPGRADE ->
          throw new LockRefusedException(LockRefusedException.Reason.UPGRADE, reply.text());
      case CYCLE -> throw new LockRefusedException(LockRefusedException.Reason.CYCLE, reply.text());
      case LEAVING, MISUSE ->
          throw new IOException("dibs' daemon grants no locks: " + reply.text());
    }
  }

  /** Nobody waits for the answer any more, which may be on its way. */
  private void giveUp(long id, CompletableFuture<LockReply> answer) {
    tell(new LockAsk.Withdraw(id));
    CompletableFuture<Void> unused =
        answer.thenAccept(
            reply -> {
              if (reply instanceof LockReply.Granted) {
                tell(new LockAsk.Release(id));
              }
            });
  }

  /** Asks who holds a lock; blocks for a moment. */
  LockReply holder(LockAsk.Holder ask) throws IOException {
    CompletableFuture<LockReply> answer = send(ask);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return await(answer, Optional.of(Duration.ZERO));
        } catch (InterruptedException later) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private CompletableFuture<LockReply> send(LockAsk ask) throws IOException {
    CompletableFuture<LockReply> answer = new CompletableFuture<>();
    expect(ask.id(), answer);
    boolean sent = false;
    try {
      connection.send(ask);
      sent = true;
    } catch (IOException failure) {
      throw lost(failure);
    } finally {
      if (!sent) {
        @Nullable CompletableFuture<LockReply> unused = expected(ask.id());
      }
    }
    IOException why = ended;
    if (why != null) { // perhaps it ended before the answer was asked for
      answer.completeExceptionally(why);
    }
    return answer;
  }

  private void expect(long id, CompletableFuture<LockReply> answer) {
    lock.lock();
    try {
      asked.put(id, answer);
    } finally {
      lock.unlock();
    }
  }

  /** Who expects an answer, and does no more; null if nobody does. */
  private @Nullable CompletableFuture<LockReply> expected(long id) {
    lock.lock();
    try {
      return asked.remove(id);
    } finally {
      lock.unlock();
    }
  }

  private List<CompletableFuture<LockReply>> allExpected() {
    lock.lock();
    try {
      List<CompletableFuture<LockReply>> all = List.copyOf(asked.values());
      asked.clear();
      return all;
    } finally {
      lock.unlock();
    }
  }

  private LockReply await(CompletableFuture<LockReply> answer, Optional<Duration> timeout)
      throws IOException, InterruptedException {
    Duration wait = timeout.filter(it -> it.compareTo(LONGEST) < 0).orElse(LONGEST);
    if (!connection.await(answer, wait.plus(PATIENCE).toNanos())) {
      close(); // what it may grant later must not stay
      throw lost(new IOException("it does not answer"));
    }
    try {
      return answer.join();
    } catch (CompletionException over) {
      throw lost(new IOException(over.getCause()));
    }
  }

  @Override
  public void release(Claim claim) {
    tell(new LockAsk.Release(claim.id()));
  }

  @Override
  public void downgrade(Claim claim) {
    tell(new LockAsk.Downgrade(claim.id()));
  }

  /** If it can't be told, the daemon sees the end of the connection, and all is free. */
  private void tell(LockAsk ask) {
    try {
      connection.send(ask);
    } catch (IOException gone) {
      connection.close();
    }
  }

  @Override
  public void received(LockReply reply) {
    if (reply instanceof LockReply.Granted granted) {
      answer(granted.id(), granted);
    } else if (reply instanceof LockReply.Refused refused) {
      answer(refused.id(), refused);
    } else if (reply instanceof LockReply.HeldBy by) {
      answer(by.id(), by);
    } else if (reply instanceof LockReply.NotHeld not) {
      answer(not.id(), not);
    } else if (reply instanceof LockReply.Misunderstood error) {
      throw new IllegalStateException("BUG: dibs' daemon says: " + error.text());
    } // else it waits still
  }

  private void answer(long id, LockReply reply) {
    CompletableFuture<LockReply> waiting = expected(id);
    if (waiting != null) {
      waiting.complete(reply);
    }
  }

  @Override
  public void ended(IOException why) {
    ended = why;
    allExpected().forEach(answer -> answer.completeExceptionally(why));
  }

  @Override
  public void close() {
    connection.close();
  }
}
