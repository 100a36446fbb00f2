package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.host.Epoll;
import dev.dibs.host.Fifo;
import dev.dibs.host.OsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntConsumer;

/**
 * A run's two FIFOs. {@code tokens} is its jobserver: the daemon puts tokens in and takes them out,
 * and is told of every read and write by anybody. {@code life} is held for writing by everybody in
 * the run who did not close it; when the last one is gone, it hangs up.
 */
final class RunEndpoint implements AutoCloseable {

  /** Told when nobody holds the life FIFO any more. */
  interface LifeListener {
    void lifeEnded() throws IOException;
  }

  /** Opens the FIFOs of a run. */
  interface Opener {
    RunEndpoint open(Claimant run) throws IOException;
  }

  private final Path folder;
  private final Fifo tokens;
  private final Fifo life;
  private final TokenAccesses.Watch tokensWatch;
  private final EventLoop.Watch lifeWatch;

  private RunEndpoint(
      Path folder,
      Fifo tokens,
      Fifo life,
      TokenAccesses.Watch tokensWatch,
      EventLoop.Watch lifeWatch) {
    this.folder = folder;
    this.tokens = tokens;
    this.life = life;
    this.tokensWatch = tokensWatch;
    this.lifeWatch = lifeWatch;
  }

  /**
   * Opens the FIFOs, making them and their folder if they are not there, and watches them.
   *
   * @param unreadChanged told the number of bytes in the token FIFO when somebody has read or
   *     written
   * @param lifeEnded called when nobody holds the life FIFO any more
   * @throws IOException if that fails; then nothing of it stays
   */
  static RunEndpoint open(
      Path folder,
      EventLoop loop,
      TokenAccesses accesses,
      IntConsumer unreadChanged,
      LifeListener lifeEnded)
      throws IOException {
    try {
      Files.createDirectories(folder);
      Fifo tokens = openTokens(folder.resolve("tokens"));
      Fifo.make(folder.resolve("life"));
      Fifo life = Fifo.openForReading(folder.resolve("life"));
      return new RunEndpoint(
          folder,
          tokens,
          life,
          accesses.watch(folder.resolve("tokens"), () -> unreadChanged.accept(tokens.unread())),
          loop.watch(
              life.descriptor(),
              Epoll.HUP | Epoll.EDGE_TRIGGERED,
              events -> lifeEnded.lifeEnded()));
    } catch (IOException failure) {
      Leftovers.deleteTree(folder);
      throw failure;
    }
  }

  private static Fifo openTokens(Path path) throws IOException {
    Fifo.make(path);
    return Fifo.openReadWrite(path);
  }

  /** The path of the token FIFO. */
  String fifo() {
    return folder.resolve("tokens").toString();
  }

  /** How many bytes lie in the token FIFO. */
  int unread() throws OsException {
    return tokens.unread();
  }

  void put(int count) throws OsException {
    tokens.put(count);
  }

  /** Takes out up to so many tokens; how many there were. */
  int drain(int count) throws OsException {
    return tokens.drain(count);
  }

  /** What the life FIFO tells now. */
  Fifo.Writers holders() throws IOException {
    return life.writers();
  }

  @Override
  public void close() {
    tokensWatch.close();
    lifeWatch.close();
    tokens.close();
    life.close();
    Leftovers.deleteQuietly(folder.resolve("tokens"));
    Leftovers.deleteQuietly(folder.resolve("life"));
    Leftovers.deleteQuietly(folder.resolve("tcp"));
    Leftovers.deleteQuietly(folder);
  }
}
