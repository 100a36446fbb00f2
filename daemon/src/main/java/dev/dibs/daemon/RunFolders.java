package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.host.Fifo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Makes the folders of runs, each with its life FIFO. One lies ready, aside, for the next run: to
 * give it its name takes a fifth of the time that making it takes. For the loop's thread only.
 */
final class RunFolders implements AutoCloseable {

  private static final String LIFE = "life";

  /** Not while whoever asked last is still on its way to its command. */
  private static final long READY_AFTER_MS = 5;

  private final Path spare;
  private final EventLoop loop;
  private @Nullable Fifo ready;
  private boolean closed;

  /**
   * @param spare where the next folder lies until it has a name
   */
  RunFolders(Path spare, EventLoop loop) {
    this.spare = spare;
    this.loop = loop;
  }

  /**
   * Opens the life FIFO of a run, for reading, making it and the folder if they are not there.
   *
   * @throws IOException if that fails; then nothing of it stays
   */
  Fifo openLife(Path folder) throws IOException {
    Fifo life = Files.exists(folder) ? null : takeReady(folder);
    return life == null ? make(folder) : life;
  }

  private @Nullable Fifo takeReady(Path folder) {
    Fifo life = ready;
    ready = null;
    loop.after(READY_AFTER_MS, this::makeReady);
    if (life == null) {
      return null;
    }
    try {
      Files.move(spare, folder, StandardCopyOption.ATOMIC_MOVE);
      return life;
    } catch (IOException gone) { // somebody tidied up
      life.close();
      return null;
    }
  }

  private void makeReady() {
    if (ready != null || closed) {
      return;
    }
    try {
      Leftovers.deleteTree(spare);
      ready = make(spare);
    } catch (IOException noneYet) {
      // The next run makes its own, and says so if it can't.
    }
  }

  private static Fifo make(Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
      Fifo.make(folder.resolve(LIFE));
      return Fifo.openForReading(folder.resolve(LIFE));
    } catch (IOException failure) {
      Leftovers.deleteTree(folder);
      throw failure;
    }
  }

  @Override
  public void close() {
    closed = true;
    if (ready != null) {
      ready.close();
    }
    Leftovers.deleteQuietly(spare.resolve(LIFE));
    Leftovers.deleteQuietly(spare);
  }
}
