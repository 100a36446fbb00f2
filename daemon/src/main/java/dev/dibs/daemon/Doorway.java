package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.loop.TimerQueue;
import dev.dibs.host.Epoll;
import dev.dibs.host.OsException;
import dev.dibs.host.StreamListener;
import dev.dibs.host.StreamSocket;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lets in those who connect, some at a time, and not while it is shut. */
final class Doorway implements AutoCloseable {

  private static final int AT_ONCE = 32;

  /** How long nobody is let in when there is no descriptor for them, ms. */
  private static final long NO_ROOM_MS = 100;

  private final StreamListener listener;
  private final EventLoop loop;
  private final Consumer<StreamSocket> arrived;
  private final Log log;
  private EventLoop.@Nullable Watch watch;
  private TimerQueue.@Nullable Timer reopening;
  private boolean closed;

  /**
   * @param listener closed with this
   * @param arrived takes each connection, and closes it
   */
  Doorway(StreamListener listener, EventLoop loop, Consumer<StreamSocket> arrived, Log log)
      throws IOException {
    this.listener = listener;
    this.loop = loop;
    this.arrived = arrived;
    this.log = log;
    try {
      watch = loop.watch(listener.descriptor(), Epoll.IN, events -> acceptSome());
    } catch (IOException failure) {
      listener.close();
      throw failure;
    }
  }

  private void acceptSome() {
    try {
      for (int i = 0; i < AT_ONCE && watch != null; i++) {
        Optional<StreamSocket> next = listener.accept();
        if (next.isEmpty()) {
          return;
        }
        arrived.accept(next.get());
      }
    } catch (OsException noRoom) {
      log.warn("Nobody can be let in for now: " + noRoom);
      shut(NO_ROOM_MS);
    }
  }

  /** Lets nobody in for a while; they wait outside. */
  void shut(long ms) {
    if (watch != null) {
      watch.close();
      watch = null;
      reopening = loop.after(ms, this::reopen);
    }
  }

  private void reopen() {
    reopening = null;
    if (closed) {
      return;
    }
    try {
      watch = loop.watch(listener.descriptor(), Epoll.IN, events -> acceptSome());
    } catch (IOException failure) {
      log.warn("Nobody is let in any more: " + failure);
    }
  }

  @Override
  public void close() {
    closed = true;
    if (watch != null) {
      watch.close();
      watch = null;
    }
    if (reopening != null) {
      reopening.cancel();
    }
    listener.close();
  }
}
