package dev.dibs.daemon;

import dev.dibs.core.history.Ending;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.host.Epoll;
import dev.dibs.host.OsException;
import dev.dibs.host.Pidfd;
import java.io.IOException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A process held by a pidfd, so that its end is told and its number can't change hands. */
final class HeldProcess implements AutoCloseable {

  private final Pidfd pidfd;
  private EventLoop.@Nullable Watch watch;

  /**
   * Takes hold of a process.
   *
   * @throws OsException if there is none of that number
   */
  HeldProcess(int pid) throws OsException {
    pidfd = Pidfd.open(pid);
  }

  int pid() {
    return pidfd.pid();
  }

  void watchEnd(EventLoop loop, Runnable ended) throws IOException {
    watch = loop.watch(pidfd.descriptor(), Epoll.IN, events -> ended.run());
  }

  void unwatchEnd() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }

  boolean hasEnded() throws OsException {
    return pidfd.exited();
  }

  /** Whether it ended by a signal; true too if its parent was faster and the kernel forgot. */
  boolean mayHaveBeenKilled() throws OsException {
    return pidfd.killed(true);
  }

  /** Whether it ended with status 0; unknown if its parent was faster and the kernel forgot. */
  Ending ending() throws OsException {
    OptionalInt status = pidfd.exitStatus();
    if (status.isEmpty()) {
      return Ending.UNKNOWN;
    }
    return status.getAsInt() == 0 ? Ending.DONE : Ending.FAILED;
  }

  @Override
  public void close() {
    unwatchEnd();
    pidfd.close();
  }
}
