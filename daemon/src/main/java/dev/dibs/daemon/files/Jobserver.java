package dev.dibs.daemon.files;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.loop.TimerQueue;
import dev.dibs.host.Errno;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import dev.dibs.host.fuse.Caller;
import dev.dibs.host.fuse.FuseRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code jobserver}: one name at which every client of the make protocol finds the tokens of the
 * run that it is in. It is a regular file, or for those that insist on it a FIFO of their own. Who
 * reads and writes is known of every byte, so what a process has comes back when it is killed. For
 * the loop's thread only.
 */
public final class Jobserver implements AutoCloseable {

  /** Programs, by how their names begin, that take nothing but a FIFO. */
  private static final String WANTS_FIFO = "ninja";

  private final TokenRecords records;
  private final JobserverRuns runs;
  private final EventLoop loop;
  private final Log log;
  private final KnownProcesses processes;
  private final Map<Long, RunTokens> byClaim = new HashMap<>();
  private final Map<Integer, RunTokens> byRoot = new HashMap<>();
  private final Map<Integer, Reply<Node>> waitingRoots = new HashMap<>();
  private final JobserverNode node;
  private final JobserverNode lastingNode;
  private final PersonalFifos fifos;
  private final Strays strays;
  private final LongConsumer waker;
  private final Set<Long> toWake = new LinkedHashSet<>();
  private boolean strangerSeen;

  /**
   * @param waker wakes who polls an open file, by its poll handle
   */
  public Jobserver(
      Path mount,
      Stamp stamp,
      NodeNumbers numbers,
      TokenRecords records,
      JobserverRuns runs,
      LongConsumer waker,
      EventLoop loop,
      Log log)
      throws IOException {
    this.records = records;
    this.runs = runs;
    this.loop = loop;
    this.log = log;
    this.waker = waker;
    processes = new KnownProcesses(new Runs(), loop, log);
    node = new JobserverNode(0, stamp, numbers, this);
    lastingNode = new JobserverNode(Stamp.FOR_EVER_S, stamp, numbers, this);
    fifos = new PersonalFifos(mount, stamp, numbers, loop, log);
    strays = new Strays(runs, this);
  }

  private final class Runs implements KnownProcesses.Runs {
    @Override
    public @Nullable RunTokens named(String name) {
      return runs.named(name);
    }

    @Override
    public @Nullable RunTokens rooted(int pid) {
      return byRoot.get(pid);
    }
  }

  /** What is to be found at {@code by-id}. */
  public Folder byId() {
    return fifos;
  }

  /** What finds FIFOs by their numbers. */
  public NodeTable.Finder finder() {
    return fifos;
  }

  /** What most clients find. */
  public Node node() {
    return node;
  }

  /** The same by a name that means it to all. */
  public Node lastingNode() {
    return lastingNode;
  }

  /** Finds what the caller takes: the file, or a FIFO of its own. */
  public void lookup(FuseRequest.Lookup request, Reply<Node> reply) {
    try {
      Optional<Caller> caller = Caller.of(request.header().thread());
      boolean wantsFifo =
          caller.isPresent()
              && caller.get().name().filter(n -> n.startsWith(WANTS_FIFO)).isPresent();
      if (!wantsFifo) {
        reply.answer(node);
        return;
      }
      KnownProcess client = processes.of(request.header().thread());
      if (client == null) {
        claimFifo(caller.get().pid(), reply);
      } else {
        fifos.answer(client, reply);
      }
    } catch (IOException failure) {
      log.warn("Who looks for the jobserver is not known: " + failure);
      reply.fail(Errno.EIO);
    }
  }

  /** A lookup must not wait for others, so the client has its FIFO before its run is granted. */
  private void claimFifo(int pid, Reply<Node> reply) throws IOException {
    RunTokens tokens = byRoot.get(pid);
    if (tokens != null) {
      answer(pid, tokens, reply);
      return;
    }
    waitingRoots.put(pid, reply);
    runs.claim(
        pid,
        new JobserverRuns.Outcome() {
          @Override
          public void granted(RunTokens granted) {}

          @Override
          public void refused() {
            waitingRoots.remove(pid);
            if (reply.isOpen()) {
              reply.fail(Errno.ENOENT);
            }
          }
        });
  }

  private void answer(int pid, RunTokens tokens, Reply<Node> reply) {
    try {
      KnownProcess client = reply.isOpen() ? processes.join(pid, tokens, null) : null;
      if (client != null) {
        fifos.answer(client, reply);
      }
    } catch (IOException failure) {
      log.warn("Pid " + pid + " gets no FIFO: " + failure);
      reply.fail(Errno.EIO);
    }
  }

  /** The tokens of a run that begins, or that an earlier daemon began. */
  public RunTokens open(long claim, int root, int implicit, RunTokens.Listener listener) {
    RunTokens tokens = new RunTokens(this, claim, root, implicit, listener);
    byClaim.put(claim, tokens);
    byRoot.put(root, tokens);
    Reply<Node> waiting = waitingRoots.remove(root);
    if (waiting != null) {
      loop.post(() -> answer(root, tokens, waiting));
    }
    return tokens;
  }

  /**
   * Takes over who had which tokens of a run; what is not had by the living is free.
   *
   * @param issued tokens put and not drained
   */
  public void adopt(RunTokens tokens, int issued) throws IOException {
    for (TokenRecords.Found found : records.found()) {
      if (found.claim() == tokens.claim()) {
        adopt(tokens, found);
      }
    }
    tokens.put(issued);
  }

  private void adopt(RunTokens tokens, TokenRecords.Found found) throws IOException {
    Optional<ProcessStat> stat = Proc.stat(found.pid());
    boolean lives =
        stat.isPresent() && stat.get().startTicks() == found.startTicks() && !stat.get().isOver();
    KnownProcess process = lives ? processes.rejoin(stat.get(), tokens) : null;
    if (process == null) {
      found.entry().remove();
      return;
    }
    tokens.adopt(process, found);
    if (found.watch() != 0) {
      toWake.add(found.watch());
    }
    if (found.node() != 0) {
      fifos.reopen(process, found.node());
    }
  }

  /** Wakes all who may wait since the time of an earlier daemon; they ask again. */
  public void wakeAdopted() {
    toWake.forEach(this::wake);
    toWake.clear();
  }

  /** Records of runs that are over go; to be called when all that live are adopted. */
  public void sweep() {
    for (TokenRecords.Found found : records.found()) {
      if (!byClaim.containsKey(found.claim())) {
        found.entry().remove();
      }
    }
  }

  void open(FuseRequest.Open request, JobserverFile file, Reply<OpenFile> reply) {
    try {
      if (processes.of(request.header().thread()) != null) {
        reply.answer(file);
        return;
      }
      Optional<Caller> caller = Caller.of(request.header().thread());
      if (caller.isEmpty()) {
        refuseStranger(reply);
      } else {
        claim(caller.get().pid(), file, reply);
      }
    } catch (IOException failure) {
      log.warn("The jobserver could not be opened: " + failure);
      reply.fail(Errno.EIO);
    }
  }

  private void refuseStranger(Reply<OpenFile> reply) {
    if (!strangerSeen) {
      strangerSeen = true;
      log.info(
          "Refused the jobserver to a process of another pid namespace: whose tokens it has could"
              + " not be known. Start a daemon inside (DIBS_DIR), or share the namespace.");
    }
    reply.fail(Errno.EACCES);
  }

  private void claim(int pid, JobserverFile file, Reply<OpenFile> reply) {
    JobserverRuns.Claim claim =
        runs.claim(
            pid,
            new JobserverRuns.Outcome() {
              @Override
              public void granted(RunTokens tokens) {
                if (reply.isOpen()) {
                  reply.answer(file);
                }
              }

              @Override
              public void refused() {
                if (reply.isOpen()) {
                  reply.fail(Errno.EACCES);
                }
              }
            });
    if (reply.isOpen()) {
      reply.whenInterrupted(claim::withdraw);
    }
  }

  void read(FuseRequest.Read request, Reply<byte[]> reply) {
    if (request.size() == 0) {
      reply.answer(new byte[0]);
      return;
    }
    KnownProcess client = client(request);
    if (client == null) {
      strays.read(request, reply);
    } else {
      client.run.read(client, request, reply);
    }
  }

  void write(FuseRequest.Write request, Reply<Integer> reply) {
    KnownProcess client = request.data().isEmpty() ? null : client(request);
    if (client == null) {
      reply.answer(request.data().length()); // its run is over: nobody misses it
    } else {
      client.run.write(client, request, reply);
    }
  }

  int poll(FuseRequest.Poll request) {
    KnownProcess client = client(request);
    return client == null ? strays.poll(request) : client.run.poll(client, request);
  }

  private @Nullable KnownProcess client(FuseRequest request) {
    try {
      return processes.of(request.header().thread());
    } catch (IOException failure) {
      log.warn("Who asks the jobserver is not known: " + failure);
      return null;
    }
  }

  void closeWatch(long watch) {
    List.copyOf(byClaim.values()).forEach(tokens -> tokens.closeWatch(watch));
  }

  void wake(long watch) {
    waker.accept(watch);
  }

  TokenRecords.@Nullable Entry newRecord(KnownProcess client) {
    try {
      long startTicks = Proc.stat(client.pid()).map(ProcessStat::startTicks).orElse(0L);
      return records.add(client.run.claim(), client.pid(), startTicks);
    } catch (IOException failure) {
      log.warn("A later daemon will not know what " + client + " has: " + failure);
      return null;
    }
  }

  /** Whether others wait for what a run's clients return. */
  boolean isContended() {
    return runs.areContended();
  }

  long nowMs() {
    return loop.nowMs();
  }

  TimerQueue.Timer after(long delayMs, Runnable action) {
    return loop.after(delayMs, action);
  }

  void forget(KnownProcess process) {
    processes.forget(process);
  }

  void closed(RunTokens tokens) {
    byClaim.remove(tokens.claim(), tokens);
    byRoot.remove(tokens.root(), tokens);
  }

  /** Lets go of all; runs live on without us. */
  @Override
  public void close() {
    fifos.close();
  }
}
