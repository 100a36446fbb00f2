package dev.dibs.daemon;

import dev.dibs.core.Event;
import dev.dibs.daemon.files.RunTokens;
import dev.dibs.host.OsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the tokens of a run lie, for its clients to take: a FIFO, or the file system's jobserver.
 */
interface TokenStore extends AutoCloseable {

  /** Opens the store of a run. */
  interface Opener {
    /** Opens it; {@code folder} is the run's. */
    TokenStore open(Path folder) throws IOException;
  }

  /** What clients open. */
  Path path();

  /** How many tokens lie there. */
  int unread() throws OsException;

  void put(int count) throws OsException;

  /** Takes out up to so many tokens; how many there were. */
  int drain(int count) throws OsException;

  /** The pool was told that so many lie there. */
  default void told(int unread) {}

  /** What the pool is to be told, in this order. */
  default List<Event> news(long nowMs, long run) {
    return List.of();
  }

  /**
   * Takes over what an earlier daemon put there.
   *
   * @param issued tokens put and not drained
   */
  default void adopt(int issued) throws IOException {}

  /** If it is known who has which token, what does; then none is ever lost. */
  default Optional<RunTokens> exact() {
    return Optional.empty();
  }

  @Override
  void close();
}
