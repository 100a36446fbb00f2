package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FifoWritersTest {

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void makeFifo() throws Exception {
    path = folder.resolve("life");
    Fifo.make(path);
  }

  @Test
  void aFifoThatNobodyOpenedHasNeverHadWriters() throws Exception {
    try (Fifo life = Fifo.openForReading(path)) {
      assertThat(life.writers()).isEqualTo(Fifo.Writers.NEVER);
    }
  }

  @Test
  void aWriterIsSeenUntilItEnds() throws Exception {
    try (Fifo life = Fifo.openForReading(path);
        Epoll epoll = Epoll.create(1)) {
      epoll.add(life.descriptor(), Epoll.HUP | Epoll.EDGE_TRIGGERED, 1);
      Process writer =
          new ProcessBuilder("sh", "-c", "exec 3>\"$0\"; echo open; exec sleep 60", path.toString())
              .start();
      assertThat(writer.inputReader().readLine()).isEqualTo("open");
      assertThat(life.writers()).isEqualTo(Fifo.Writers.SOME);
      writer.destroyForcibly().waitFor();
      assertThat(life.writers()).isEqualTo(Fifo.Writers.GONE);
      assertThat(epoll.await(10_000)).isOne();
    }
  }
}
