package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpollTest {

  private static final int BOTH_EDGES = Epoll.IN | Epoll.OUT | Epoll.EDGE_TRIGGERED;
  private static final long KEY = 0x7edc_ba98_7654_3210L;

  private final Path path;
  private final Epoll epoll;

  EpollTest(@TempDir Path directory) throws IOException {
    path = directory.resolve("fifo");
    Fifo.make(path);
    epoll = Epoll.create(8);
  }

  @AfterEach
  void close() {
    epoll.close();
  }

  @Test
  void tellsOfEveryReturnedToken() throws IOException {
    try (Fifo tokens = Fifo.openReadWrite(path);
        Fifo client = Fifo.openForWriting(path)) {
      epoll.add(tokens.descriptor(), BOTH_EDGES, KEY);
      epoll.await(0);
      for (int i = 0; i < 5; i++) {
        client.put(1);
        assertThat(epoll.await(0)).isOne();
        assertThat(epoll.events(0) & Epoll.IN).isEqualTo(Epoll.IN);
        assertThat(epoll.await(0)).isZero();
      }
    }
  }

  @Test
  void tellsAReaderThatItsLastWriterIsGoneEachTime() throws IOException {
    try (Fifo life = Fifo.openForReading(path)) {
      epoll.add(life.descriptor(), Epoll.EDGE_TRIGGERED, KEY);
      assertThat(epoll.await(0)).as("nobody has come yet").isZero();
      for (int i = 0; i < 3; i++) {
        Fifo first = Fifo.openForWriting(path);
        Fifo second = Fifo.openForWriting(path);
        first.close();
        assertThat(epoll.await(0) == 0 || (epoll.events(0) & Epoll.HUP) == 0).isTrue();
        second.close();
        assertThat(epoll.await(0)).isOne();
        assertThat(epoll.events(0) & Epoll.HUP).isEqualTo(Epoll.HUP);
      }
    }
  }

  @Test
  void tellsHangUpAsLongAsItLastsWithoutEdges() throws IOException {
    try (Fifo life = Fifo.openForReading(path)) {
      epoll.add(life.descriptor(), 0, KEY);
      Fifo.openForWriting(path).close();
      assertThat(epoll.await(0)).isOne();
      assertThat(epoll.await(0)).isOne();
      try (Fifo again = Fifo.openForWriting(path)) {
        assertThat(again.descriptor().isOpen()).isTrue();
        assertThat(epoll.await(0)).isZero();
      }
      assertThat(epoll.await(0)).isOne();
      assertThat(epoll.events(0)).isEqualTo(Epoll.HUP);
    }
  }

  @Test
  void keepsQuietAboutWhatWasRemoved() throws IOException {
    try (Wakeup wakeup = Wakeup.create()) {
      epoll.add(wakeup.descriptor(), Epoll.IN, 1);
      wakeup.wake();
      assertThat(epoll.await(-1)).isOne();
      epoll.change(wakeup.descriptor(), Epoll.IN, 2);
      epoll.await(-1);
      assertThat(epoll.key(0)).isEqualTo(2);
      epoll.remove(wakeup.descriptor());
      assertThat(epoll.await(0)).isZero();
      assertThatExceptionOfType(OsException.class)
          .isThrownBy(() -> epoll.remove(wakeup.descriptor()))
          .matches(e -> e.is(Errno.ENOENT));
    }
  }

  @Test
  void refusesTheSameDescriptorTwice() throws IOException {
    try (Wakeup wakeup = Wakeup.create()) {
      epoll.add(wakeup.descriptor(), Epoll.IN, 1);
      assertThatExceptionOfType(OsException.class)
          .isThrownBy(() -> epoll.add(wakeup.descriptor(), Epoll.IN, 1))
          .matches(e -> e.is(Errno.EEXIST));
    }
  }

  @Test
  void tellsAllThatIsReadyInTurns() throws IOException {
    try (Epoll narrow = Epoll.create(2);
        Wakeup a = Wakeup.create();
        Wakeup b = Wakeup.create();
        Wakeup c = Wakeup.create()) {
      long key = 1;
      for (Wakeup wakeup : new Wakeup[] {a, b, c}) {
        narrow.add(wakeup.descriptor(), Epoll.IN | Epoll.EDGE_TRIGGERED, key++);
        wakeup.wake();
      }
      assertThat(narrow.await(0)).isEqualTo(2);
      long first = narrow.key(0) + narrow.key(1);
      assertThat(narrow.await(0)).isOne();
      assertThat(first + narrow.key(0)).isEqualTo(6);
      assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> narrow.events(1));
    }
  }

  @Test
  void isWokenByAnotherThread() throws Exception {
    try (Wakeup wakeup = Wakeup.create()) {
      epoll.add(wakeup.descriptor(), Epoll.IN, KEY);
      Thread waker = Thread.ofPlatform().start(wakeup::wake);
      assertThat(epoll.await(-1)).isOne();
      waker.join();
      wakeup.clear();
      wakeup.clear();
      assertThat(epoll.await(0)).isZero();
    }
  }

  @Test
  void ignoresAWakeupThatComesAfterItsEnd() throws IOException {
    Wakeup wakeup = Wakeup.create();
    wakeup.close();
    wakeup.wake();
    assertThat(wakeup.descriptor().isOpen()).isFalse();
  }
}
