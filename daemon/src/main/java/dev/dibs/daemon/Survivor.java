package dev.dibs.daemon;

import dev.dibs.core.history.Ending;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import dev.dibs.protocol.Answer;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The holder of a claim that an earlier daemon granted: the process that it knew, if that still
 * lives. It waits for no answer; should it have died without one, it will ask again.
 */
final class Survivor implements Holder {

  private final int pid;
  private final @Nullable HeldProcess process;

  private Survivor(int pid, @Nullable HeldProcess process) {
    this.pid = pid;
    this.process = process;
  }

  /** The process with that number that started at that time, dead or alive. */
  static Survivor of(int pid, long startTicks) throws OsException {
    HeldProcess process;
    try {
      process = new HeldProcess(pid);
    } catch (OsException gone) {
      return new Survivor(pid, null);
    }
    Optional<ProcessStat> stat = Proc.stat(pid);
    if (stat.isPresent() && stat.get().startTicks() == startTicks && !stat.get().isOver()) {
      return new Survivor(pid, process);
    }
    process.close();
    return new Survivor(pid, null);
  }

  @Override
  public int pid() {
    return pid;
  }

  @Override
  public boolean answer(Answer answer) {
    return false;
  }

  @Override
  public void watchEnd(EventLoop loop, Runnable ended) throws IOException {
    if (process != null) {
      process.watchEnd(loop, ended);
    }
  }

  @Override
  public void unwatchEnd() {
    if (process != null) {
      process.unwatchEnd();
    }
  }

  @Override
  public boolean mayHaveBeenKilled() throws OsException {
    return process == null || process.mayHaveBeenKilled();
  }

  @Override
  public Ending ending() throws OsException {
    return process == null ? Ending.UNKNOWN : process.ending();
  }

  @Override
  public boolean hasEnded() throws OsException {
    return process == null || process.hasEnded();
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }
}
