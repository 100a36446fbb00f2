package dev.dibs.daemon;

import dev.dibs.core.Event;
import dev.dibs.daemon.files.Jobserver;
import dev.dibs.daemon.files.RunTokens;
import dev.dibs.daemon.loop.EventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens the stores of runs' tokens: in the file system if there is one, else FIFOs. */
final class TokenStores {

  private final TokenAccesses accesses;
  private final Path jobserverPath;
  private final EventLoop loop;
  private @Nullable Jobserver jobserver;
  private boolean preferred;

  /**
   * @param jobserverPath where clients find the file system's jobserver
   */
  TokenStores(TokenAccesses accesses, Path jobserverPath, EventLoop loop) {
    this.accesses = accesses;
    this.jobserverPath = jobserverPath;
    this.loop = loop;
  }

  /**
   * Has the file system's jobserver.
   *
   * @param forNew whether runs that begin from now on use it; those that an earlier daemon began
   *     with it do anyway
   */
  void use(Jobserver served, boolean forNew) {
    jobserver = served;
    preferred = forNew;
  }

  /**
   * Opens the store of a run. One that an earlier daemon began has what it began with, for its
   * clients have that open.
   *
   * @param changed called when {@link TokenStore#news} has something to tell
   */
  TokenStore open(Claimant run, Path folder, RunTokens.Listener changed) throws IOException {
    boolean adopted = run.phase() != Claimant.Phase.WAITING || run.holder() instanceof Survivor;
    boolean hasFifo = Files.exists(FifoTokens.in(folder));
    Jobserver files = jobserver;
    if (files == null || hasFifo || !(adopted || preferred)) {
      return FifoTokens.open(
          folder,
          accesses,
          unread -> run.pool().apply(new Event.TokensSeen(loop.nowMs(), run.id(), unread)));
    }
    int implicit = Math.max(1, run.request().slotsMin());
    RunTokens tokens = files.open(run.id(), run.pid(), implicit, changed);
    return new FileTokens(jobserverPath, files, tokens);
  }
}
