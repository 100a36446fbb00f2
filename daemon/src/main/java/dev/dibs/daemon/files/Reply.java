package dev.dibs.daemon.files;

import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Errno;
import dev.dibs.host.OsException;
import dev.dibs.host.fuse.FuseConnection;
import dev.dibs.host.fuse.FuseRequest;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request, given once: at once, or later by whoever keeps this. As long as it is
 * open the caller waits, and can't be killed either: the kernel says that a signal came ({@link
 * #whenInterrupted}) and waits for the answer all the same.
 *
 * @param <T> what the caller gets
 */
public final class Reply<T> {

  /** How a value travels. */
  interface Sender<T> {
    /** Whether the kernel still wanted it. */
    boolean send(FuseRequest.Header to, T value) throws OsException;
  }

  /** Told when a reply is given, whether the kernel wanted it or not. */
  interface Closer {
    void closed(Reply<?> reply);
  }

  private final FuseRequest.Header header;
  private final FuseConnection connection;
  private final Sender<T> sender;
  private final Closer closer;
  private final Log log;
  private boolean open = true;
  private @Nullable Runnable interrupted;

  Reply(
      FuseRequest.Header header,
      FuseConnection connection,
      Sender<T> sender,
      Closer closer,
      Log log) {
    this.header = header;
    this.connection = connection;
    this.sender = sender;
    this.closer = closer;
    this.log = log;
  }

  /** Who asked. */
  public FuseRequest.Header header() {
    return header;
  }

  /** Whether the caller still waits for it. */
  public boolean isOpen() {
    return open;
  }

  /**
   * Gives the caller what it asked for.
   *
   * @return false if nobody wanted it any more
   * @throws IllegalStateException if it was answered before
   */
  public boolean answer(T value) {
    close();
    try {
      return sender.send(header, value);
    } catch (OsException failure) {
      log.warn("An answer to the file system was not taken: " + failure);
      return false;
    }
  }

  /**
   * Refuses.
   *
   * @return false if nobody wanted it any more
   * @throws IllegalStateException if it was answered before
   */
  public boolean fail(Errno why) {
    close();
    try {
      return connection.error(header, why);
    } catch (OsException failure) {
      log.warn("An answer to the file system was not taken: " + failure);
      return false;
    }
  }

  private void close() {
    if (!open) {
      throw new IllegalStateException("BUG: request " + header.id() + " was answered before");
    }
    open = false;
    closer.closed(this);
  }

  /**
   * Has {@code told} run when a signal comes for the caller while this is open. If it does not
   * answer, EINTR is answered after it. Without it, EINTR is answered at once.
   */
  public void whenInterrupted(Runnable told) {
    interrupted = told;
  }

  /** A signal came for the caller. */
  void interrupt() {
    if (interrupted != null) {
      interrupted.run();
    }
    if (open) {
      fail(Errno.EINTR);
    }
  }
}
