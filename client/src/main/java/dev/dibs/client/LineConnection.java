package dev.dibs.client;

import dev.dibs.protocol.lines.LineSplitter;
import dev.dibs.protocol.lines.LockAsk;
import dev.dibs.protocol.lines.LockReply;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connection to the daemon's socket in line mode. Any thread sends; those who wait receive, one
 * at a time ({@link Turns}). The channel doesn't block, because it would be closed if a thread that
 * is interrupted used it, and with it all locks would be gone. What the socket has no room for is
 * sent by whoever receives.
 */
final class LineConnection implements AutoCloseable {

  /** Told by whoever receives; must not block. */
  interface Listener {
    void received(LockReply reply);

    /** Nothing comes any more. Told once, also after {@link #close}. */
    void ended(IOException why);
  }

  private static final int DIRECT_BYTES = 256; // most lines
  private static final String CLOSED = "the connection was closed";

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final Listener listener;
  private final ReentrantLock sending = new ReentrantLock();
  private final ByteBuffer direct = ByteBuffer.allocateDirect(DIRECT_BYTES); // NIO takes no other
  private final Deque<ByteBuffer> unsent = new ArrayDeque<>();
  private volatile boolean hasRest; // whether anything is unsent
  private final Turns turns;
  private final Receiver receiver; // used by whose turn it is
  private final Eagerness eagerness = new Eagerness(); // likewise
  private final AtomicBoolean ended = new AtomicBoolean();

  private LineConnection(SocketChannel channel, Selector selector, Listener listener)
      throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.listener = listener;
    this.turns = new Turns(selector::wakeup);
    this.receiver = new Receiver(channel, listener::received);
    channel.configureBlocking(false);
    this.key = channel.register(selector, SelectionKey.OP_READ);
  }

  /** Connects to a socket file, and begins to receive. */
  static LineConnection open(Path socket, Listener listener) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    try {
      LineConnection connection = new LineConnection(channel, Selector.open(), listener);
      new Keeper(connection::keep, "dibs " + socket).start();
      return connection;
    } catch (IOException | RuntimeException failure) {
      channel.close();
      throw failure;
    }
  }

  /** Sends a line, after those that were sent before it. Does not block. */
  void send(LockAsk ask) throws IOException {
    byte[] bytes = ask.bytes();
    if (bytes.length > LineSplitter.BYTES_MAX) {
      throw new IllegalArgumentException(
          "The names in this request have more than %,d bytes together. Use shorter ones, or fewer"
              .formatted(LineSplitter.BYTES_MAX));
    }
    sending.lock();
    try {
      boolean first = unsent.isEmpty();
      int sent = first ? sendNow(bytes) : 0;
      if (sent == bytes.length) {
        return;
      }
      unsent.add(ByteBuffer.wrap(bytes, sent, bytes.length - sent));
      if (first) {
        hasRest = true;
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        selector.wakeup();
        turns.need();
      }
    } finally {
      sending.unlock();
    }
  }

  /** How many bytes the socket took. */
  private int sendNow(byte[] bytes) throws IOException {
    if (bytes.length > direct.capacity()) {
      return channel.write(ByteBuffer.wrap(bytes));
    }
    direct.clear().put(bytes).flip();
    return channel.write(direct);
  }

  private void sendRest() throws IOException {
    sending.lock();
    try {
      while (!unsent.isEmpty()) {
        channel.write(unsent.element());
        if (unsent.element().hasRemaining()) {
          return;
        }
        unsent.remove();
        if (unsent.isEmpty()) {
          hasRest = false;
          key.interestOps(SelectionKey.OP_READ);
          turns.needNoMore();
        }
      }
    } finally {
      sending.unlock();
    }
  }

  /**
   * Blocks until an answer is there, which the listener completes.
   *
   * @return false if the time was over first
   */
  boolean await(CompletableFuture<?> answer, long timeoutNs) throws InterruptedException {
    if (VirtualThreads.isOne(Thread.currentThread())) {
      return awaitKeeper(answer, timeoutNs);
    }
    turns.enter();
    try {
      return awaitHere(answer, System.nanoTime() + timeoutNs);
    } finally {
      if (!answer.isDone()) {
        needKeeper(answer); // perhaps it is a grant, which must be given back
      }
      turns.leave();
    }
  }

  /** Until an answer is there, the keeper receives if nobody else does. */
  private void needKeeper(CompletableFuture<?> answer) {
    turns.need();
    CompletableFuture<?> unused = answer.whenComplete((value, why) -> turns.needNoMore());
  }

  /** For a virtual thread, which a selector would pin. */
  private boolean awaitKeeper(CompletableFuture<?> answer, long timeoutNs)
      throws InterruptedException {
    needKeeper(answer);
    CompletableFuture<?> done = answer.handle((value, why) -> true);
    try {
      return (boolean) done.get(timeoutNs, TimeUnit.NANOSECONDS);
    } catch (TimeoutException over) {
      return false;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("BUG: an answer fails in vain", impossible);
    }
  }

  private boolean awaitHere(CompletableFuture<?> answer, long endNs) throws InterruptedException {
    boolean others = false;
    while (!answer.isDone()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long leftNs = endNs - System.nanoTime();
      if (leftNs <= 0) {
        return false;
      }
      if (turns.isMine()) {
        receiveUntil(answer, endNs);
      } else if (others) {
        LockSupport.parkNanos(this, leftNs);
      } else {
        others = true;
        Thread me = Thread.currentThread();
        CompletableFuture<?> unused = answer.whenComplete((value, why) -> LockSupport.unpark(me));
      }
    }
    return true;
  }

  /** Also until the time is over or the thread is interrupted. */
  private void receiveUntil(CompletableFuture<?> answer, long endNs) {
    try {
      eagerness.asked(System.nanoTime());
      for (long leftNs = 1; leftNs > 0 && !answer.isDone() && !isInterrupted(); ) {
        long nowNs = System.nanoTime();
        leftNs = endNs - nowNs;
        if (eagerness.looksAgain(nowNs)) {
          Thread.onSpinWait();
        } else {
          select(leftNs);
        }
        if (receiver.receive()) {
          eagerness.found();
        }
      }
    } catch (IOException | RuntimeException failure) {
      end(failure);
    }
  }

  private static boolean isInterrupted() {
    return Thread.currentThread().isInterrupted();
  }

  /**
   * Blocks until something can be received, is to be looked at, or the time is over. It may have
   * been over for long, if all processors are busy.
   */
  private void select(long timeoutNs) throws IOException {
    long ms = TimeUnit.NANOSECONDS.toMillis(Math.max(0, timeoutNs)) + 1;
    int unused = selector.select(ready -> {}, ms);
    if (hasRest) {
      sendRest();
    }
  }

  /** Receives while nobody waits. */
  private void keep() {
    try {
      while (turns.awaitQuiet()) {
        while (turns.isQuiet()) {
          select(Long.MAX_VALUE);
          boolean unused = receiver.receive();
        }
        turns.leaveToOthers();
      }
    } catch (IOException | RuntimeException failure) {
      end(failure);
    }
  }

  private void end(Exception failure) {
    if (ended.compareAndSet(false, true)) {
      closeQuietly();
      turns.end();
      boolean said = failure instanceof IOException;
      listener.ended(said ? (IOException) failure : new IOException(CLOSED, failure));
    }
  }

  private void closeQuietly() {
    try {
      selector.close();
      channel.close();
    } catch (IOException | ClosedSelectorException gone) {
      // nothing is left that could be done
    }
  }

  @Override
  public void close() {
    end(new IOException(CLOSED));
  }

  /** Who receives while nobody waits. An interrupt would have it look without end. */
  private static final class Keeper extends Thread {
    Keeper(Runnable work, String name) {
      super(work, name);
      setDaemon(true);
    }

    @Override
    public void interrupt() {}
  }
}
