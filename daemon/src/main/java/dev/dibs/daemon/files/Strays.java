package dev.dibs.daemon.files;

import dev.dibs.host.Epoll;
import dev.dibs.host.Errno;
import dev.dibs.host.OsException;
import dev.dibs.host.fuse.Caller;
import dev.dibs.host.fuse.FuseRequest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Clients that have the jobserver open and whose run nobody knows: its record was lost, or it is
 * over and they are not. An error would fail their build, so each becomes a run of its own, like
 * one that opens the jobserver in no run, and is served when that has its first slot. For the
 * loop's thread only.
 */
final class Strays {

  private final JobserverRuns runs;
  private final Jobserver jobserver;
  private final Map<Integer, Stray> byPid = new HashMap<>();

  Strays(JobserverRuns runs, Jobserver jobserver) {
    this.runs = runs;
    this.jobserver = jobserver;
  }

  /** A process that waits until it is a run. */
  private final class Stray implements JobserverRuns.Outcome {
    private final int pid;
    private final Map<Reply<byte[]>, FuseRequest.Read> reads = new LinkedHashMap<>();
    private final Set<Long> watches = new LinkedHashSet<>();

    private Stray(int pid) {
      this.pid = pid;
    }

    @Override
    public void granted(RunTokens tokens) {
      byPid.remove(pid);
      watches.forEach(jobserver::wake);
      reads.keySet().removeIf(reply -> !reply.isOpen());
      reads.forEach((reply, read) -> jobserver.read(read, reply));
    }

    @Override
    public void refused() {
      byPid.remove(pid);
      reads.keySet().stream().filter(Reply::isOpen).forEach(reply -> reply.fail(Errno.EIO));
    }
  }

  /** Has it read when it may. One that doesn't wait asks again. */
  void read(FuseRequest.Read request, Reply<byte[]> reply) {
    Stray stray = stray(request);
    if (stray == null) {
      reply.fail(Errno.EIO);
    } else if (request.nonBlocking()) {
      reply.fail(Errno.EAGAIN);
      claim(stray);
    } else {
      stray.reads.keySet().removeIf(earlier -> !earlier.isOpen());
      stray.reads.put(reply, request);
      claim(stray);
    }
  }

  /** It is woken when it may read. */
  int poll(FuseRequest.Poll request) {
    Stray stray = stray(request);
    if (stray == null) {
      return Epoll.ERR;
    }
    if (request.waits()) {
      stray.watches.add(request.pollHandle());
    }
    claim(stray);
    return Epoll.OUT;
  }

  private @Nullable Stray stray(FuseRequest request) {
    try {
      Optional<Caller> caller = Caller.of(request.header().thread());
      return caller.map(c -> byPid.getOrDefault(c.pid(), new Stray(c.pid()))).orElse(null);
    } catch (OsException gone) {
      return null;
    }
  }

  private void claim(Stray stray) {
    if (byPid.putIfAbsent(stray.pid, stray) == null) {
      JobserverRuns.Claim unused = runs.claim(stray.pid, stray); // it ends with the process
    }
  }
}
