package dev.dibs.daemon;

import dev.dibs.core.history.Ending;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.protocol.Answer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for a claim and then holds it: a process, or whatever else the kernel ends with one.
 * For the loop's thread only.
 */
interface Holder extends AutoCloseable {

  /** The process; for people, and for what is looked up in {@code /proc}. */
  int pid();

  /**
   * Tells it what became of its request.
   *
   * @return false when nobody hears it any more
   */
  boolean answer(Answer answer);

  /** Calls back once, when it has ended. */
  void watchEnd(EventLoop loop, Runnable ended) throws IOException;

  /** Ends {@link #watchEnd}. */
  void unwatchEnd();

  /** Whether it has ended, told or not. */
  boolean hasEnded() throws IOException;

  /**
   * Whether it ended by a signal, as far as anybody can tell, so that what it started may go on
   * without it.
   */
  default boolean mayHaveBeenKilled() throws IOException {
    return false;
  }

  /** How it ended, as far as anybody can tell. */
  default Ending ending() throws IOException {
    return Ending.UNKNOWN;
  }

  /**
   * The line by which it asked, for a later daemon to read; null if its claims can't outlive this
   * one, or are remembered already.
   */
  default @Nullable String request() {
    return null;
  }

  /** Whether what it started may live on when it has ended, and still be of its run. */
  default boolean leavesRemnants() {
    return true;
  }

  /** Lets go of it. Closing again does nothing. */
  @Override
  void close();
}
