package dev.dibs.client;

import dev.dibs.protocol.lines.LineSplitter;
import dev.dibs.protocol.lines.LockAsk;
import dev.dibs.protocol.lines.LockReply;
import dev.dibs.protocol.lines.MalformedLineException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the daemon's socket in line mode. Any thread sends; one thread of its own
 * receives. The channel doesn't block, because it would be closed if a thread that is interrupted
 * used it, and with it all locks would be gone. What the socket has no room for is sent by the
 * receiving thread.
 */
final class LineConnection implements AutoCloseable {

  /** Told by the receiving thread; must not block. */
  interface Listener {
    void received(LockReply reply);

    /** Nothing comes any more. Told once, also after {@link #close}. */
    void ended(IOException why);
  }

  private static final int READ_BYTES = 8_192;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final Listener listener;
  private final ReentrantLock sending = new ReentrantLock();
  private final Deque<ByteBuffer> unsent = new ArrayDeque<>();

  private LineConnection(SocketChannel channel, Selector selector, Listener listener)
      throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.listener = listener;
    channel.configureBlocking(false);
    this.key = channel.register(selector, SelectionKey.OP_READ);
  }

  /** Connects to a socket file, and begins to receive. */
  static LineConnection open(Path socket, Listener listener) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    try {
      LineConnection connection = new LineConnection(channel, Selector.open(), listener);
      Thread receiver = new Thread(connection::receive, "dibs " + socket);
      receiver.setDaemon(true);
      receiver.start();
      return connection;
    } catch (IOException | RuntimeException failure) {
      channel.close();
      throw failure;
    }
  }

  /** Sends a line, after those that were sent before it. Does not block. */
  void send(LockAsk ask) throws IOException {
    ByteBuffer line = ByteBuffer.wrap(ask.line().getBytes(StandardCharsets.UTF_8));
    if (line.remaining() > LineSplitter.BYTES_MAX) {
      throw new IllegalArgumentException(
          "The names in this request have more than %,d bytes together. Use shorter ones, or fewer"
              .formatted(LineSplitter.BYTES_MAX));
    }
    sending.lock();
    try {
      if (unsent.isEmpty()) {
        channel.write(line);
      }
      if (line.hasRemaining()) {
        unsent.add(line);
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        selector.wakeup();
      }
    } finally {
      sending.unlock();
    }
  }

  private void sendRest() throws IOException {
    sending.lock();
    try {
      for (ByteBuffer line = unsent.peek(); line != null; line = unsent.peek()) {
        channel.write(line);
        if (line.hasRemaining()) {
          return;
        }
        unsent.remove();
      }
      key.interestOps(SelectionKey.OP_READ);
    } finally {
      sending.unlock();
    }
  }

  private void receive() {
    IOException why = new IOException("the connection was closed");
    try {
      Receiver receiver = new Receiver();
      while (receiver.takesMore()) {
        selector.select();
        if (key.isWritable()) {
          sendRest();
        }
      }
    } catch (IOException failure) {
      why = failure;
    } catch (MalformedLineException notOurs) {
      why = new IOException("it says what this version does not understand: " + notOurs.why());
    } catch (RuntimeException closedMeanwhile) {
      why.addSuppressed(closedMeanwhile);
    } finally {
      close();
      listener.ended(why);
    }
  }

  @Override
  public void close() {
    try {
      selector.close();
      channel.close();
    } catch (IOException | ClosedSelectorException gone) {
      // nothing is left that could be done
    }
  }

  /** What was read, line by line. */
  private final class Receiver implements LineSplitter.Taker {
    private final ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
    private final LineSplitter splitter = new LineSplitter();
    private @Nullable MalformedLineException wrong;

    /** Takes what is there. */
    boolean takesMore() throws IOException, MalformedLineException {
      int count = channel.read(buffer.clear());
      splitter.accept(buffer.array(), 0, Math.max(0, count), this);
      if (wrong != null) {
        throw wrong;
      }
      return count >= 0;
    }

    @Override
    public void line(byte[] bytes, int from, int length) {
      try {
        if (wrong == null) {
          listener.received(LockReply.read(bytes, from, length));
        }
      } catch (MalformedLineException notOurs) {
        wrong = notOurs;
      }
    }

    @Override
    public void overlong() {
      throw new IllegalStateException("a line without end");
    }
  }
}
