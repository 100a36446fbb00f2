package dev.dibs.daemon.once;

import dev.dibs.protocol.Answer;
import java.io.IOException;

/** A process that asks for work which is done once. Told on the loop's thread. */
public interface OnceHolder {

  int pid();

  /**
   * Tells it what became of its request, or how it stands.
   *
   * @return false if nobody hears it any more
   */
  boolean answer(Answer answer);

  /**
   * It does the work, in the folder of that name, which is there.
   *
   * @throws IOException if what it needs for that can't be made
   */
  void runs(String name) throws IOException;

  /** Calls back once, when it has ended. */
  void watchEnd(Runnable ended) throws IOException;

  /** Whether it has ended, told or not. */
  boolean hasEnded() throws IOException;

  /** Lets go of it. Closing again does nothing. */
  void close();
}
