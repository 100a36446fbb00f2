package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamSocketTest {

  private static final int WAIT_MS_MAX = 20_000;

  private final Path path;
  private final byte[] bytes = new byte[16];

  StreamSocketTest(@TempDir Path directory) {
    path = directory.resolve("socket");
  }

  @Test
  void nobodyConnectsAtFirst() throws IOException {
    try (StreamListener listener = StreamListener.unix(path)) {
      assertThat(listener.accept()).isEmpty();
    }
  }

  @Test
  void bytesGoBothWaysOverASocketFile() throws IOException {
    try (StreamListener listener = StreamListener.unix(path)) {
      exchange(listener, UnixDomainSocketAddress.of(path));
    }
  }

  @Test
  void bytesGoBothWaysOverLoopback() throws IOException {
    try (StreamListener listener = StreamListener.loopback()) {
      SocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port());
      exchange(listener, address);
    }
  }

  @Test
  void thePeerIsThisProcessAndIsHeld() throws IOException {
    try (StreamListener listener = StreamListener.unix(path);
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
        StreamSocket socket = listener.accept().orElseThrow()) {
      assertThat(client.isConnected()).isTrue();
      assertThat(socket.peer()).isEqualTo(new StreamSocket.Peer(Self.pid(), Self.effectiveUid()));
      try (Pidfd process = socket.peerProcess(socket.peer())) {
        assertThat(process.exited()).isFalse();
        assertThat(process.pid()).isEqualTo(Self.pid());
      }
    }
  }

  @Test
  void aFullSocketTakesNoMoreAndDoesNotBlock() throws IOException {
    try (StreamListener listener = StreamListener.unix(path);
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
        StreamSocket socket = listener.accept().orElseThrow()) {
      assertThat(client.isConnected()).isTrue();
      int count = 0;
      while (socket.write(bytes, 0, 1) == 1) {
        count++;
      }
      assertThat(count).isPositive();
    }
  }

  @Test
  void writingToOneWhoLeftIsAnError() throws IOException {
    try (StreamListener listener = StreamListener.unix(path)) {
      SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
      try (StreamSocket socket = listener.accept().orElseThrow()) {
        client.close();
        assertThatExceptionOfType(OsException.class)
            .isThrownBy(() -> socket.write(bytes, 0, 1))
            .matches(failure -> failure.is(Errno.EPIPE));
      }
    }
  }

  @Test
  void aNameInUseOrTooLongIsRefused() throws IOException {
    try (StreamListener listener = StreamListener.unix(path)) {
      assertThat(listener.accept()).isEmpty();
      assertThatExceptionOfType(OsException.class)
          .isThrownBy(() -> StreamListener.unix(path))
          .matches(failure -> failure.is(Errno.EADDRINUSE));
    }
    Path longPath = path.resolveSibling("x".repeat(StreamListener.PATH_BYTES_MAX));
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> StreamListener.unix(longPath))
        .matches(failure -> failure.is(Errno.ENAMETOOLONG));
  }

  @Test
  void theLimitOfDescriptorsIsKnown() throws OsException {
    assertThat(Self.descriptorsMax()).isGreaterThan(16);
  }

  private void exchange(StreamListener listener, SocketAddress address) throws IOException {
    try (SocketChannel client = SocketChannel.open(address);
        Epoll epoll = Epoll.create(1)) {
      epoll.add(listener.descriptor(), Epoll.IN, 0);
      assertThat(epoll.await(WAIT_MS_MAX)).isOne();
      try (StreamSocket socket = listener.accept().orElseThrow()) {
        assertThat(socket.read(bytes)).isZero();
        client.write(ByteBuffer.wrap("+-".getBytes(StandardCharsets.US_ASCII)));
        epoll.change(listener.descriptor(), 0, 0);
        epoll.add(socket.descriptor(), Epoll.IN, 1);
        assertThat(epoll.await(WAIT_MS_MAX)).isOne();
        assertThat(socket.read(bytes)).isEqualTo(2);
        assertThat(bytes).startsWith('+', '-');
        assertThat(socket.write(bytes, 0, 2)).isEqualTo(2);
        ByteBuffer answer = ByteBuffer.allocate(4);
        assertThat(client.read(answer)).isEqualTo(2);
        client.shutdownOutput();
        assertThat(epoll.await(WAIT_MS_MAX)).isOne();
        assertThat(socket.read(bytes)).isEqualTo(-1);
      }
    }
  }
}
