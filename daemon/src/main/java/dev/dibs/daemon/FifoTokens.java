package dev.dibs.daemon;

import dev.dibs.host.Fifo;
import dev.dibs.host.OsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntConsumer;

/** Tokens in a FIFO: every client knows that, and nobody knows who has them. */
final class FifoTokens implements TokenStore {

  private static final String NAME = "tokens";

  private final Path path;
  private final Fifo fifo;
  private final TokenAccesses.Watch watch;

  private FifoTokens(Path path, Fifo fifo, TokenAccesses.Watch watch) {
    this.path = path;
    this.fifo = fifo;
    this.watch = watch;
  }

  /** Where it lies in a run's folder. */
  static Path in(Path folder) {
    return folder.resolve(NAME);
  }

  /**
   * Opens it, making it if it is not there.
   *
   * @param unreadChanged told the number of bytes there when somebody has read or written
   */
  static FifoTokens open(Path folder, TokenAccesses accesses, IntConsumer unreadChanged)
      throws IOException {
    Path path = in(folder);
    Fifo.make(path);
    Fifo fifo = Fifo.openReadWrite(path);
    return new FifoTokens(
        path, fifo, accesses.watch(path, () -> unreadChanged.accept(fifo.unread())));
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public int unread() throws OsException {
    return fifo.unread();
  }

  @Override
  public void put(int count) throws OsException {
    fifo.put(count);
  }

  @Override
  public int drain(int count) throws OsException {
    return fifo.drain(count);
  }

  @Override
  public void close() {
    watch.close();
    fifo.close();
    Leftovers.deleteQuietly(path);
  }
}
