package dev.dibs.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Fifo;
import dev.dibs.host.Self;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFoldersTest {

  @TempDir Path directory;

  private Log log;
  private EventLoop loop;
  private Path aside;
  private RunFolders folders;

  @BeforeEach
  void begin() throws Exception {
    log = new Log(directory.resolve("log"));
    loop = new EventLoop(Self::monotonicMs, log);
    aside = directory.resolve("aside");
    Files.createDirectories(aside.resolve("of an earlier daemon"));
    folders = new RunFolders(aside, loop);
  }

  @AfterEach
  void end() {
    folders.close();
    loop.close();
    log.close();
    assertThat(aside).doesNotExist();
  }

  @Test
  void whatAnEarlierDaemonLeftIsGone() {
    assertThat(aside).isEmptyDirectory();
  }

  @Test
  void aRunGetsTheFolderOfOneThatIsOver() throws Exception {
    Path first = directory.resolve("first");
    Fifo life = folders.openLife(first);
    Object inode = Files.getAttribute(first, "unix:ino");
    Fifo.openForWriting(first.resolve("life")).close();
    assertThat(life.writers()).isEqualTo(Fifo.Writers.GONE);
    folders.release(first, life, true);
    assertThat(first).doesNotExist();

    Path second = directory.resolve("second");
    try (Fifo again = folders.openLife(second)) {
      assertThat(Files.getAttribute(second, "unix:ino")).isEqualTo(inode);
      assertThat(again.writers()).as("of the run before").isEqualTo(Fifo.Writers.NEVER);
    }
  }

  @Test
  void whatSomebodyHasOpenIsNotUsedAgain() throws Exception {
    Path run = directory.resolve("run");
    Fifo life = folders.openLife(run);
    try (Fifo held = Fifo.openForWriting(run.resolve("life"))) {
      folders.release(run, life, true);
      assertThat(run).as("while " + held + " is open").doesNotExist();
      assertThat(aside).isEmptyDirectory();
    }
  }

  @Test
  void onlyAFewAreKept() throws Exception {
    Fifo[] lives = new Fifo[20];
    for (int i = 0; i < lives.length; i++) {
      lives[i] = folders.openLife(directory.resolve("run" + i));
    }
    for (int i = 0; i < lives.length; i++) {
      folders.release(directory.resolve("run" + i), lives[i], true);
    }
    try (Stream<Path> kept = Files.list(aside)) {
      assertThat(kept).hasSize(8);
    }
  }
}
