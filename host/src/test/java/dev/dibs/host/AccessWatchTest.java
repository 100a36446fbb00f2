package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessWatchTest {

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void makeFifo() throws Exception {
    path = folder.resolve("tokens");
    Fifo.make(path);
  }

  @Test
  void aReadThatTakesSomethingIsTold() throws Exception {
    try (Fifo fifo = Fifo.openReadWrite(path);
        AccessWatch watch = AccessWatch.create()) {
      fifo.put(2);
      int number = watch.add(path);
      assertThat(watch.accessed()).isEmpty();
      assertThat(new ProcessBuilder("head", "-c1", path.toString()).start().waitFor()).isZero();
      assertThat(watch.accessed()).containsExactly(number);
      assertThat(watch.accessed()).isEmpty();
    }
  }

  @Test
  void aWriteIsTold() throws Exception {
    try (Fifo fifo = Fifo.openReadWrite(path);
        AccessWatch watch = AccessWatch.create()) {
      int number = watch.add(path);
      fifo.put(1);
      assertThat(watch.accessed()).containsExactly(number);
    }
  }

  @Test
  void aReadThatFindsNothingIsNotTold() throws Exception {
    try (Fifo fifo = Fifo.openReadWrite(path);
        AccessWatch watch = AccessWatch.create()) {
      watch.add(path);
      assertThat(fifo.drain(1)).isZero();
      assertThat(watch.accessed()).isEmpty();
    }
  }

  @Test
  void aManyTimesUsedFifoNeverFillsUp() throws Exception {
    try (Fifo fifo = Fifo.openReadWrite(path)) {
      fifo.put(2);
      for (int i = 0; i < 100_000; i++) {
        assertThat(fifo.drain(1)).isOne();
        assertThat(fifo.write(new byte[] {'+'})).isOne();
      }
      assertThat(fifo.unread()).isEqualTo(2);
    }
  }

  @Test
  void afterRemovalNothingIsTold() throws Exception {
    try (Fifo fifo = Fifo.openReadWrite(path);
        AccessWatch watch = AccessWatch.create()) {
      watch.remove(watch.add(path));
      watch.accessed();
      fifo.put(1);
      assertThat(watch.accessed()).isEmpty();
    }
  }
}
