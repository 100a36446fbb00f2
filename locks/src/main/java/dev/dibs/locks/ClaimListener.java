package dev.dibs.locks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The table of this process's claims, and who answers for them at a port of 127.0.0.1: one thread,
 * for as long as the process lives. The port is never closed before, so whoever is refused there
 * knows that the process is dead.
 *
 * <p>Who connects is answered, or its connection stays: it is ended without an answer only when it
 * has not asked for a long time ({@link SocketSettings#asking}).
 */
final class ClaimListener {

  private static final int BACKLOG = 1024;
  private static final int UNASKED_MAX = 1000;
  private static final int NONCE_BYTES = 16;

  private final SocketSettings settings;
  private final ServerSocketChannel server;
  private final Selector selector;
  private final SelectionKey accepting;
  private final int port;
  private final ProcessIdentity identity = ProcessIdentity.own();
  private final SecureRandom random = new SecureRandom();
  private final Map<String, OwnClaim> claims = new ConcurrentHashMap<>(); // by ticket
  private final Set<OwnClaim> ending = ConcurrentHashMap.newKeySet(); // over, and with a line
  private final Set<Peer> unasked = new LinkedHashSet<>(); // the listener's thread only

  private ClaimListener(SocketSettings settings, ServerSocketChannel server, Selector selector)
      throws IOException {
    this.settings = settings;
    this.server = server;
    this.selector = selector;
    this.port = ((InetSocketAddress) server.getLocalAddress()).getPort();
    server.configureBlocking(false);
    this.accepting = server.register(selector, SelectionKey.OP_ACCEPT);
  }

  /**
   * Listens from now on.
   *
   * @throws IOException if this process may not, or there is no loopback; the message says so
   */
  static ClaimListener start(SocketSettings settings) throws IOException {
    try {
      ServerSocketChannel server = ServerSocketChannel.open();
      server.bind(new InetSocketAddress(loopback(), 0), BACKLOG);
      ClaimListener listener = new ClaimListener(settings, server, Selector.open());
      Thread serving = new Thread(listener::serve, "dibs-locks-listener");
      serving.setDaemon(true);
      serving.start();
      listener.checkItIsReached();
      return listener;
    } catch (IOException cause) {
      throw new IOException(
          "Locks can't be had here: this process can't listen on 127.0.0.1, or nobody reaches it"
              + " there ("
              + cause.getMessage()
              + "), and the lock directory's mechanism is by sockets. Allow it (a sandbox or a"
              + " container may forbid that, or have no loopback interface that is up), or use a"
              + " lock directory on a file system with kernel locks.",
          cause);
    }
  }

  /** Without a loopback interface one may listen, and be refused by nobody. */
  private void checkItIsReached() throws IOException {
    try (SocketChannel channel = SocketChannel.open()) {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      int timeMs = Math.toIntExact(Math.max(1000, settings.silence().toMillis()));
      channel.socket().connect(new InetSocketAddress(loopback(), port), timeMs);
    }
  }

  /** 127.0.0.1, whatever a resolver says. */
  static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  ProcessIdentity identity() {
    return identity;
  }

  /** A claim that nobody knows of yet and for which the listener answers from now on. */
  OwnClaim begin() {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    OwnClaim claim = new OwnClaim(new ClaimRecord(port, HexFormat.of().formatHex(nonce), identity));
    claims.put(claim.ticket(), claim);
    return claim;
  }

  /** It is over, for ever; who waits is told in order. */
  void end(OwnClaim claim) {
    claims.remove(claim.ticket());
    claim.end();
    if (claim.hasLine()) {
      ending.add(claim);
      selector.wakeup();
    }
  }

  /** Whether a record is this process's own, and over. */
  boolean knowsToBeOver(ClaimRecord record) {
    return record.port() == port
        && record.process().equals(identity)
        && !claims.containsKey(ClaimProtocol.ticket(record.nonceBytes()));
  }

  // --- the thread ---

  private void serve() {
    while (true) {
      try {
        selector.select(unasked.isEmpty() && ending.isEmpty() ? 0 : turnMs());
        Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
          SelectionKey key = keys.next();
          keys.remove();
          serve(key);
        }
        lookAtTheClock(System.nanoTime());
      } catch (IOException noMemoryOrDescriptors) {
        pause(); // whoever connects waits meanwhile
      }
    }
  }

  private void serve(SelectionKey key) throws IOException {
    if (key.attachment() instanceof Peer peer) {
      peer.read();
    } else {
      accept();
    }
  }

  private void accept() throws IOException {
    SocketChannel channel = server.accept();
    if (channel == null) {
      return;
    }
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_LINGER, 0); // leaves no port in TIME_WAIT
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      Peer peer = new Peer(channel, System.nanoTime());
      channel.register(selector, SelectionKey.OP_READ, peer);
      unasked.add(peer);
    } catch (IOException hungUp) {
      channel.close();
    }
    if (unasked.size() >= UNASKED_MAX) {
      accepting.interestOps(0);
    }
  }

  private void lookAtTheClock(long nowNs) throws IOException {
    Iterator<Peer> oldestFirst = unasked.iterator();
    while (oldestFirst.hasNext()) {
      Peer peer = oldestFirst.next();
      if (nowNs - peer.acceptedNs < settings.asking().toNanos()) {
        break;
      }
      oldestFirst.remove();
      peer.channel.close();
    }
    if (unasked.size() < UNASKED_MAX) {
      accepting.interestOps(SelectionKey.OP_ACCEPT);
    }
    ending.forEach(claim -> claim.tellLate(nowNs, settings.turn().toNanos()));
    ending.removeIf(claim -> !claim.hasLine());
  }

  private long turnMs() {
    return Math.max(1, settings.turn().toMillis());
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException nobodyDoes) {
      Thread.currentThread().interrupt();
    }
  }

  /** Somebody who connected: asks once, then stands in line until it hangs up. */
  private final class Peer {

    private final SocketChannel channel;
    private final long acceptedNs;
    private final ByteBuffer heard = ByteBuffer.allocate(ClaimProtocol.ASK_BYTES);
    private @Nullable OwnClaim waitsFor;

    Peer(SocketChannel channel, long acceptedNs) {
      this.channel = channel;
      this.acceptedNs = acceptedNs;
    }

    void read() throws IOException {
      try {
        if (waitsFor != null || channel.read(heard) < 0) {
          hangUp(); // it hung up, or says more than there is to say
        } else if (!heard.hasRemaining()) {
          unasked.remove(this);
          answer();
        }
      } catch (IOException broken) {
        hangUp();
      }
    }

    private void answer() throws IOException {
      OwnClaim claim = claims.get(ClaimProtocol.ticketIn(heard.array()));
      if (claim != null && claim.join(channel, ClaimProtocol.challengeIn(heard.array()))) {
        waitsFor = claim;
      } else {
        channel.write(ByteBuffer.wrap(new byte[] {ClaimProtocol.NONE}));
        waitsFor = null; // it hangs up when it has read that, or is hung up on
        unasked.add(this);
        heard.clear();
      }
    }

    private void hangUp() throws IOException {
      unasked.remove(this);
      channel.close();
      if (waitsFor != null) {
        waitsFor.left(channel);
      }
    }
  }
}
