package dev.dibs.daemon;

import dev.dibs.core.Event;
import dev.dibs.daemon.files.RunTokens;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.host.Epoll;
import dev.dibs.host.Fifo;
import dev.dibs.host.OsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A run's tokens, and its FIFO {@code life}. That is held for writing by everybody in the run who
 * did not close it; when the last one is gone, it hangs up.
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
  private final RunFolders folders;
  private final TokenStore tokens;
  private final Fifo life;
  private final EventLoop.Watch lifeWatch;

  private RunEndpoint(
      Path folder, RunFolders folders, TokenStore tokens, Fifo life, EventLoop.Watch lifeWatch) {
    this.folder = folder;
    this.folders = folders;
    this.tokens = tokens;
    this.life = life;
    this.lifeWatch = lifeWatch;
  }

  /**
   * Opens both, making them and their folder if they are not there.
   *
   * @param lifeEnded called when nobody holds the life FIFO any more
   * @throws IOException if that fails; then nothing of it stays
   */
  static RunEndpoint open(
      Path folder,
      RunFolders folders,
      EventLoop loop,
      TokenStore.Opener store,
      LifeListener lifeEnded)
      throws IOException {
    Fifo life = folders.openLife(folder);
    try {
      TokenStore tokens = store.open(folder);
      return new RunEndpoint(
          folder,
          folders,
          tokens,
          life,
          loop.watch(
              life.descriptor(),
              Epoll.HUP | Epoll.EDGE_TRIGGERED,
              events -> lifeEnded.lifeEnded()));
    } catch (IOException failure) {
      life.close();
      Leftovers.deleteTree(folder);
      throw failure;
    }
  }

  /** What its clients open. */
  String jobserver() {
    return tokens.path().toString();
  }

  /** Who has which token, if that is known. */
  Optional<RunTokens> exact() {
    return tokens.exact();
  }

  /** What the pool is to be told of its tokens. */
  List<Event> news(long nowMs, long run) {
    return tokens.news(nowMs, run);
  }

  /** Takes over what an earlier daemon put there. */
  void adopt(int issued) throws IOException {
    tokens.adopt(issued);
  }

  /** The pool was told that so many tokens lie there. */
  void told(int unread) {
    tokens.told(unread);
  }

  /** How many tokens lie there. */
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
    lifeWatch.close();
    tokens.close();
    Leftovers.deleteQuietly(folder.resolve("tcp"));
    folders.release(folder, life, tokens.exact().isPresent());
  }
}
