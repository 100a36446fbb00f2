package dev.dibs.daemon.files;

import dev.dibs.host.Errno;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who opens a file and waits until what it stands for is granted.
 *
 * <pre>
 *            grant                    released
 *   WAITING --------&gt; the file is open -------&gt; over
 *     |  ^
 *     |  | opens again          for a short time (PendingOpens)
 *     v  |           grant
 *   PARKED -----------------&gt; PARKED, granted
 *     |                           |
 *     v does not come back        v does not come back
 *   withdrawn                   released
 * </pre>
 *
 * A signal interrupts {@code open(2)}, and shells open again, silently, when they were only stopped
 * and continued. So who was interrupted keeps its place for a while.
 */
public final class PendingOpen {

  /** What is told of it. */
  public interface Listener {
    /** It does not want what it asked for any more; nothing was granted. */
    void withdrawn();

    /** What was granted while nobody waited for it is going to be had by who came back. */
    default void taken() {}
  }

  /** Who opens what, and how: only the same can take a place. */
  public record Key(int pid, String path, int flags) {}

  private final Key key;
  private final Listener listener;
  private @Nullable Reply<OpenFile> reply;
  private @Nullable OpenFile granted;

  PendingOpen(Key key, Reply<OpenFile> reply, Listener listener) {
    this.key = key;
    this.reply = reply;
    this.listener = listener;
  }

  Key key() {
    return key;
  }

  /** The process that opens. */
  public int pid() {
    return key.pid();
  }

  /** The number of the request that waits; 0 if none does now. */
  public long request() {
    return reply == null ? 0 : reply.header().id();
  }

  /**
   * Gives it the file.
   *
   * @return false if nobody will ever have it; then the file is not released either
   */
  public boolean grant(OpenFile file) {
    Reply<OpenFile> waiting = reply;
    if (waiting == null) {
      granted = file;
      return true;
    }
    reply = null;
    return waiting.answer(file);
  }

  /** Refuses; who was interrupted and comes back asks anew. */
  public void refuse(Errno why) {
    Reply<OpenFile> waiting = reply;
    reply = null;
    if (waiting != null) {
      waiting.fail(why);
    }
  }

  /** Whether it will never be of interest again, as far as it knows. */
  boolean isOver() {
    return reply == null && granted == null;
  }

  void park() {
    Reply<OpenFile> waiting = reply;
    reply = null;
    if (waiting != null) {
      waiting.fail(Errno.EINTR);
    }
  }

  void resume(Reply<OpenFile> again) {
    OpenFile file = granted;
    if (file == null) {
      reply = again;
    } else {
      granted = null;
      listener.taken();
      again.answer(file);
    }
  }

  void withdraw() {
    OpenFile file = granted;
    granted = null;
    if (file == null) {
      listener.withdrawn();
    } else {
      file.released();
    }
  }
}
