package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.host.AccessWatch;
import dev.dibs.host.Epoll;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells when somebody has read from or written to a token FIFO: that a token was taken (perhaps the
 * last one: somebody is hungry) or came back. One kernel queue for all runs.
 *
 * <p>Why not the FIFO's own edges: a pipe becomes writable by being read only if it was full, so
 * they would tell of the last token only in a pipe of one page; and such a page wears out (its
 * bytes are used once until it is empty), so that after 4,096 returned tokens a client would block
 * in returning the next one, for ever if the daemon is dead.
 */
final class TokenAccesses implements AutoCloseable {

  /** What is called when a FIFO was accessed. */
  interface Listener {
    void accessed() throws IOException;
  }

  /** A FIFO that is watched, until closed. */
  final class Watch implements AutoCloseable {
    private final int number;

    private Watch(int number) {
      this.number = number;
    }

    @Override
    public void close() {
      listeners.remove(number);
      accesses.remove(number);
    }
  }

  private final AccessWatch accesses;
  private final EventLoop.Watch queueWatch;
  private final Map<Integer, Listener> listeners = new HashMap<>();

  TokenAccesses(EventLoop loop) throws IOException {
    accesses = AccessWatch.create();
    queueWatch = loop.watch(accesses.descriptor(), Epoll.IN, events -> dispatch());
  }

  /**
   * Calls the listener, on the loop's thread, after the FIFO was read or written; several accesses
   * may be one call.
   */
  Watch watch(Path fifo, Listener listener) throws IOException {
    int number = accesses.add(fifo);
    listeners.put(number, listener);
    return new Watch(number);
  }

  private void dispatch() throws IOException {
    for (int number : accesses.accessed()) {
      Listener listener = listeners.get(number);
      if (listener != null) {
        listener.accessed();
      }
    }
  }

  @Override
  public void close() {
    queueWatch.close();
    accesses.close();
  }
}
