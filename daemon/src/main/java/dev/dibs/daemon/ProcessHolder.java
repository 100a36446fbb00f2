package dev.dibs.daemon;

import dev.dibs.core.history.Ending;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.host.OsException;
import java.io.IOException;

/** A holder that is one process, held by a pidfd, and that asked by a line. */
abstract class ProcessHolder implements Holder {

  private final HeldProcess process;
  private final String request;

  ProcessHolder(HeldProcess process, String request) {
    this.process = process;
    this.request = request;
  }

  @Override
  public final int pid() {
    return process.pid();
  }

  @Override
  public final void watchEnd(EventLoop loop, Runnable ended) throws IOException {
    process.watchEnd(loop, ended);
  }

  @Override
  public final void unwatchEnd() {
    process.unwatchEnd();
  }

  @Override
  public final boolean mayHaveBeenKilled() throws OsException {
    return process.mayHaveBeenKilled();
  }

  @Override
  public final Ending ending() throws OsException {
    return process.ending();
  }

  @Override
  public final boolean hasEnded() throws OsException {
    return process.hasEnded();
  }

  @Override
  public final String request() {
    return request;
  }

  @Override
  public void close() {
    process.close();
  }
}
