package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A client of the socket that does exactly what a test says; all that it gets is kept. */
final class SlotClient implements AutoCloseable {
  private final SocketChannel channel;
  private final StringBuilder said = new StringBuilder();
  private final ByteBuffer buffer = ByteBuffer.allocate(4096);
  private boolean ended;

  /** Connects, to a socket file or to a port; blocks until it is. */
  SlotClient(SocketAddress address) {
    try {
      channel = SocketChannel.open(address);
      channel.configureBlocking(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static SlotClient at(Path socket) {
    return new SlotClient(UnixDomainSocketAddress.of(socket));
  }

  /**
   * Sends what the socket takes now.
   *
   * @return how many bytes; -1 if the daemon closed the connection
   */
  int send(String bytes) {
    try {
      return channel.write(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (IOException e) {
      return -1;
    }
  }

  /** Sends all; blocks until the socket took it, or the daemon closed the connection. */
  void sendAll(String bytes) {
    ByteBuffer all = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
    Until.holds(
        "room for " + bytes.length() + " bytes",
        () -> {
          try {
            channel.write(all);
          } catch (IOException closed) {
            return true;
          }
          return !all.hasRemaining();
        });
  }

  /** Blocks until this is all that was said since the last time. */
  SlotClient hears(String bytes) {
    Until.holds(
        () -> "'" + bytes + "', but '" + said + "'" + (ended ? " and the end" : ""),
        () -> said().length() >= bytes.length() || ended,
        Until.DEADLINE);
    assertThat(said.toString()).isEqualTo(bytes);
    said.setLength(0);
    return this;
  }

  /** All that was said since {@link #hears}, up to now. */
  String said() {
    try {
      buffer.clear();
      int count = channel.read(buffer);
      ended |= count < 0;
      said.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
    } catch (IOException e) {
      ended = true;
    }
    return said.toString();
  }

  /** Reads what is there, and forgets all that was said. */
  void forgets() {
    said();
    said.setLength(0);
  }

  /** Blocks until the daemon closes the connection; what it said last. */
  String hearsTheEnd() {
    Until.holds(
        "the end of a connection",
        () -> {
          said();
          return ended;
        });
    return said.toString();
  }

  boolean hasEnded() {
    said();
    return ended;
  }

  /** Ends its own sending side only. */
  void sendsNoMore() {
    try {
      channel.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
