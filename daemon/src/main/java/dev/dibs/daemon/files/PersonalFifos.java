package dev.dibs.daemon.files;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.AccessWatch;
import dev.dibs.host.Epoll;
import dev.dibs.host.Errno;
import dev.dibs.host.Fifo;
import dev.dibs.host.OsException;
import dev.dibs.host.Self;
import dev.dibs.host.fuse.Caller;
import dev.dibs.host.fuse.FuseFolderEntry;
import dev.dibs.host.fuse.FuseRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The FIFOs of clients that want one of their own, and {@code by-id}, the door by which the daemon
 * gets at them. The loop's thread must not touch the files that it serves, so a thread of their own
 * opens them; all else is for the loop's thread only.
 */
final class PersonalFifos extends LastingFolder implements NodeTable.Finder, AutoCloseable {

  /** A FIFO that is being opened, and who waits for it. */
  private static final class Opening {
    private final List<Reply<Node>> replies = new ArrayList<>();
  }

  private final Stamp stamp;
  private final NodeNumbers numbers;
  private final Path byId;
  private final EventLoop loop;
  private final Log log;
  private final AccessWatch accesses;
  private final EventLoop.Watch accessesWatch;
  private final Map<Long, PersonalFifo> fifos = new HashMap<>();
  private final Map<Long, Opening> opening = new HashMap<>();
  private final Map<Integer, KnownProcess> watched = new HashMap<>();
  private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
  private @Nullable Thread worker;

  PersonalFifos(Path mount, Stamp stamp, NodeNumbers numbers, EventLoop loop, Log log)
      throws IOException {
    super(NodeNumbers.BY_ID, stamp);
    this.stamp = stamp;
    this.numbers = numbers;
    this.byId = mount.resolve("by-id");
    this.loop = loop;
    this.log = log;
    accesses = AccessWatch.create();
    accessesWatch = loop.watch(accesses.descriptor(), Epoll.IN, events -> accessed());
  }

  /** Finds a FIFO by its number; for the daemon itself only. */
  @Override
  public void lookup(FuseRequest.Lookup request, Reply<Node> reply) {
    PersonalFifo fifo = isOurs(request) ? fifo(request.name()) : null;
    if (fifo == null) {
      reply.fail(Errno.ENOENT);
    } else {
      reply.answer(fifo);
    }
  }

  private static boolean isOurs(FuseRequest.Lookup request) {
    try {
      return Caller.of(request.header().thread()).filter(c -> c.pid() == Self.pid()).isPresent();
    } catch (OsException unknown) {
      return false;
    }
  }

  private @Nullable PersonalFifo fifo(String name) {
    try {
      return fifos.get(Long.parseLong(name));
    } catch (NumberFormatException nonsense) {
      return null;
    }
  }

  @Override
  public List<FuseFolderEntry> listing() {
    return List.of();
  }

  @Override
  public @Nullable Node find(long number) {
    return fifos.get(number);
  }

  /** Answers with a client's own FIFO, when tokens lie in it if there are any for it. */
  void answer(KnownProcess client, Reply<Node> reply) {
    PersonalFifo fifo = client.fifo;
    if (fifo != null && fifo.isOpen()) {
      reply.answer(fifo);
      return;
    }
    if (fifo == null) {
      fifo = make(client, numbers.fresh());
    }
    Opening begun = opening.computeIfAbsent(fifo.number(), n -> new Opening());
    begun.replies.add(reply);
  }

  /** Has again a FIFO that an earlier daemon made. */
  void reopen(KnownProcess client, long number) {
    PersonalFifo unused = make(client, number);
  }

  private PersonalFifo make(KnownProcess client, long number) {
    PersonalFifo fifo = new PersonalFifo(number, stamp, this, log);
    client.fifo = fifo;
    fifos.put(number, fifo);
    inBackground(() -> open(client, fifo));
    return fifo;
  }

  private void inBackground(Runnable task) {
    if (worker == null) {
      worker = Thread.ofPlatform().daemon().name("dibs-fifos").start(this::workOn);
    }
    work.add(task);
  }

  private void workOn() {
    try {
      while (true) {
        work.take().run();
      }
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  /** On the worker's thread. */
  private void open(KnownProcess client, PersonalFifo fifo) {
    Path path = byId.resolve(Long.toString(fifo.number()));
    try {
      Fifo pipe = Fifo.openReadWrite(path);
      int watch = accesses.add(path);
      loop.post(() -> opened(client, fifo, pipe, watch));
    } catch (OsException failure) {
      loop.post(() -> failed(client, fifo, failure));
    }
  }

  private void opened(KnownProcess client, PersonalFifo fifo, Fifo pipe, int watch) {
    if (fifos.get(fifo.number()) != fifo) { // its client has ended meanwhile
      accesses.remove(watch);
      pipe.close();
      return;
    }
    fifo.opened(pipe, watch);
    watched.put(watch, client);
    try {
      client.run.opened(client);
    } catch (OsException failure) {
      log.warn("A client's own FIFO can't be used: " + failure);
    }
    waiters(fifo).forEach(reply -> reply.answer(fifo));
  }

  private void failed(KnownProcess client, PersonalFifo fifo, OsException failure) {
    log.warn(client + " gets no FIFO of its own: " + failure);
    fifos.remove(fifo.number());
    client.fifo = null;
    waiters(fifo).forEach(reply -> reply.fail(Errno.EIO));
  }

  private List<Reply<Node>> waiters(PersonalFifo fifo) {
    Opening begun = opening.remove(fifo.number());
    return begun == null ? List.of() : begun.replies.stream().filter(Reply::isOpen).toList();
  }

  private void accessed() throws OsException {
    for (int number : accesses.accessed()) {
      KnownProcess client = watched.get(number);
      if (client != null) {
        client.run.accessed(client);
      }
    }
  }

  void closed(PersonalFifo fifo, int watch) {
    fifos.remove(fifo.number());
    waiters(fifo).forEach(reply -> reply.fail(Errno.EIO));
    if (fifo.isOpen()) {
      watched.remove(watch);
      accesses.remove(watch);
    }
  }

  @Override
  public void close() {
    List.copyOf(fifos.values()).forEach(PersonalFifo::close);
    if (worker != null) {
      worker.interrupt();
    }
    accessesWatch.close();
    accesses.close();
  }
}
