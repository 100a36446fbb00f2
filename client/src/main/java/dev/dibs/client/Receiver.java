package dev.dibs.client;

import dev.dibs.protocol.lines.LineSplitter;
import dev.dibs.protocol.lines.LockReply;
import dev.dibs.protocol.lines.MalformedLineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes replies of what a channel has. One thread at a time. */
final class Receiver implements LineSplitter.Taker {

  private static final int READ_BYTES = 8_192;
  private static final int FEW_BYTES = 96;

  private final ReadableByteChannel channel;
  private final Consumer<LockReply> taker;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES); // NIO takes no other
  private final byte[] bytes = new byte[READ_BYTES];
  private final LineSplitter splitter = new LineSplitter();
  private @Nullable MalformedLineException wrong;

  Receiver(ReadableByteChannel channel, Consumer<LockReply> taker) {
    this.channel = channel;
    this.taker = taker;
  }

  /**
   * Takes what is there; does not block if the channel does not.
   *
   * @return whether anything was there
   * @throws IOException if nothing comes any more, or what comes is no reply
   */
  boolean receive() throws IOException {
    int count = channel.read(buffer.clear());
    if (count < 0) {
      throw new IOException("the connection was closed");
    }
    load(count);
    splitter.accept(bytes, 0, count, this);
    MalformedLineException notOurs = wrong;
    if (notOurs != null) {
      throw new IOException("it says what this version does not understand: " + notOurs.why());
    }
    return count > 0;
  }

  /** Few bytes one by one: what copies memory is much code where nothing is warm. */
  private void load(int count) {
    if (count > FEW_BYTES) {
      buffer.flip().get(bytes, 0, count);
    } else {
      for (int i = 0; i < count; i++) {
        bytes[i] = buffer.get(i);
      }
    }
  }

  @Override
  public void line(byte[] all, int from, int length) {
    try {
      if (wrong == null) {
        taker.accept(LockReply.read(all, from, length));
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
