package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.loop.TimerQueue;
import dev.dibs.host.Epoll;
import dev.dibs.host.OsException;
import dev.dibs.host.StreamListener;
import dev.dibs.host.StreamSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way in for clients that can't reach the socket file, such as those in a container: a loopback
 * port, open while runs live that asked for it ({@code dibs run --tcp}). Everybody on the machine
 * can connect, so a client first shows its run's cookie; what it claims then belongs to that run,
 * and its connection ends with it. Nothing is said to others. For the loop's thread only.
 */
final class TcpEndpoint implements AutoCloseable {

  private static final String ADDRESS = "127.0.0.1:%d:%s\n";

  /** How long a visitor may take to show its cookie, ms. */
  private static final long COOKIE_WITHIN_MS = 5_000;

  /** Most visitors at once; with one more, the one that has been there longest has to go. */
  private static final int VISITORS_MAX = 64;

  /** Visits without a right cookie: a few per cent of a processor, and no more. */
  private static final int FAILED_AT_ONCE_MAX = 50;

  private static final int FAILED_PER_SECOND = 500;
  private static final long SHUT_MS = 100;

  /** A run with a cookie, and who came with it. */
  private record Host(Claimant run, Cookie cookie, List<Connection> guests) {}

  private final Layout layout;
  private final Broker broker;
  private final Connections connections;
  private final EventLoop loop;
  private final Log log;
  private final Map<Long, Host> hosts = new LinkedHashMap<>();
  private final Set<Visitor> visitors = new LinkedHashSet<>();
  private final FailedVisits failedVisits = new FailedVisits(FAILED_AT_ONCE_MAX, FAILED_PER_SECOND);
  private final byte[] buffer = new byte[Cookie.DIGITS + 1 + Connection.BYTES_AT_ONCE];
  private @Nullable SecureRandom random;
  private @Nullable Doorway doorway;
  private int port;

  TcpEndpoint(Layout layout, Broker broker, Connections connections, EventLoop loop, Log log) {
    this.layout = layout;
    this.broker = broker;
    this.connections = connections;
    this.loop = loop;
    this.log = log;
  }

  /**
   * Lets clients of a run in, or of the run in which the claim was made; where and with which
   * cookie stands in a file of that run. If that fails there is no such file.
   */
  void welcome(Claimant claimant) {
    Claimant run = claimant.run() == null ? claimant : claimant.run();
    if (hosts.containsKey(run.id()) || run.endpoint() == null) {
      return;
    }
    try {
      openDoor();
      Host host = new Host(run, Cookie.fresh(random()), new ArrayList<>());
      Files.writeString(layout.runTcp(run.name()), ADDRESS.formatted(port, host.cookie().text()));
      hosts.put(run.id(), host);
    } catch (IOException failure) {
      log.warn("No TCP for " + run.name() + ": " + failure);
      closeDoorIfUnused();
    }
  }

  private SecureRandom random() {
    if (random == null) {
      random = new SecureRandom();
    }
    return random;
  }

  private void openDoor() throws IOException {
    if (doorway == null) {
      StreamListener listener = StreamListener.loopback();
      try {
        port = listener.port();
      } catch (OsException failure) {
        listener.close();
        throw failure;
      }
      doorway = new Doorway(listener, loop, this::arrived, log);
    }
  }

  /** A claim is over. If it was a run with a cookie, that is worth nothing any more. */
  void claimEnded(Claimant run) {
    Host host = hosts.remove(run.id());
    if (host != null) {
      host.guests().forEach(Connection::dismissed);
      closeDoorIfUnused();
    }
  }

  private void closeDoorIfUnused() {
    if (hosts.isEmpty() && doorway != null) {
      doorway.close();
      doorway = null;
      visitors.stream().toList().forEach(Visitor::close);
    }
  }

  private void arrived(StreamSocket socket) {
    if (visitors.size() == VISITORS_MAX) {
      visitors.iterator().next().fail();
    }
    try {
      visitors.add(new Visitor(socket));
    } catch (IOException failure) {
      socket.close();
      log.warn("A visitor could not be served: " + failure);
    }
  }

  private @Nullable Host hostWith(byte[] shown) {
    Host found = null;
    for (Host host : hosts.values()) {
      found = host.cookie().matches(shown) ? host : found;
    }
    return found;
  }

  /** Somebody who connected and has not shown a cookie yet. */
  private final class Visitor {
    private final StreamSocket socket;
    private final EventLoop.Watch watch;
    private final TimerQueue.Timer deadline;
    private final byte[] digits = new byte[Cookie.DIGITS];
    private int length;

    Visitor(StreamSocket socket) throws IOException {
      this.socket = socket;
      this.watch = loop.watch(socket.descriptor(), Epoll.IN, events -> read());
      this.deadline = loop.after(COOKIE_WITHIN_MS, this::fail);
    }

    private void read() {
      int count = -1;
      try {
        count = socket.read(buffer);
      } catch (OsException broken) {
        log.warn("A visitor's connection broke: " + broken);
      }
      if (count < 0) {
        fail();
      } else {
        listen(count);
      }
    }

    private void listen(int count) {
      int used = Math.min(count, digits.length - length);
      System.arraycopy(buffer, 0, digits, length, used);
      length += used;
      if (used == count) {
        return; // the newline is still to come
      }
      Host host = hostWith(digits);
      if (host == null || length < digits.length || buffer[used] != '\n') {
        fail();
      } else {
        enter(host, used + 1, count);
      }
    }

    private void enter(Host host, int from, int to) {
      leave();
      if (connections.isFull()) {
        socket.close();
        return;
      }
      try {
        Connection guest =
            new Connection(
                socket,
                new Connection.Caller(host.run().pid(), null, "tcp"),
                connections,
                connection ->
                    new PoolSlots(broker, host.run().pool(), loop, host.run().name(), connection),
                loop);
        connections.opened(guest);
        host.guests().removeIf(Connection::isClosed);
        host.guests().add(guest);
        guest.receive(buffer, from, to);
      } catch (IOException failure) {
        socket.close();
        log.warn("A guest could not be served: " + failure);
      }
    }

    /** Sends it away without a word, and if many come like it, nobody is let in for a while. */
    void fail() {
      close();
      if (failedVisits.add(loop.nowMs()) && doorway != null) {
        connections.complain("Many TCP connections without a right cookie, shut for a moment");
        doorway.shut(SHUT_MS);
      }
    }

    void close() {
      leave();
      socket.close();
    }

    private void leave() {
      visitors.remove(this);
      watch.close();
      deadline.cancel();
    }
  }

  @Override
  public void close() {
    hosts.clear();
    closeDoorIfUnused();
  }
}
