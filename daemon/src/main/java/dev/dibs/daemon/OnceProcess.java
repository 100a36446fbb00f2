package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.once.OnceHolder;
import dev.dibs.host.Proc;
import dev.dibs.protocol.Answer;
import java.io.IOException;
import java.nio.file.Path;

/** A launcher that asks for work which is done once. */
final class OnceProcess implements OnceHolder {

  private final Holder process;
  private final Path environmentFile;
  private final EventLoop loop;
  private boolean hasFile;

  OnceProcess(Holder process, Layout layout, EventLoop loop) {
    this.process = process;
    this.environmentFile = layout.replyEnvironment(process.pid());
    this.loop = loop;
  }

  @Override
  public int pid() {
    return process.pid();
  }

  @Override
  public boolean answer(Answer answer) {
    return process.answer(answer);
  }

  @Override
  public void runs(String name) throws IOException {
    EnvironmentFile lost =
        Proc.environment(pid()).map(Requests::lostByShells).orElse(EnvironmentFile.NONE);
    if (lost.isNeeded()) {
      hasFile = true;
      lost.write(environmentFile);
    }
    answer(new Answer.Runs(name, lost.isNeeded() ? "e" : "-"));
  }

  @Override
  public void watchEnd(Runnable ended) throws IOException {
    process.watchEnd(loop, ended);
  }

  @Override
  public boolean hasEnded() throws IOException {
    return process.hasEnded();
  }

  @Override
  public void close() {
    process.close();
    if (hasFile) {
      Leftovers.deleteQuietly(environmentFile);
    }
  }
}
