package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Errno;
import dev.dibs.host.OsException;
import dev.dibs.host.Pidfd;
import dev.dibs.host.Self;
import dev.dibs.host.StreamListener;
import dev.dibs.host.StreamSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The socket file: whoever connects is a client in byte mode (docs/protocol.md), if the kernel says
 * that it is of our user. Where no socket file can be made there is none, and the log says why.
 */
final class SocketEndpoint implements AutoCloseable {

  private final Path path;
  private final Connections connections;
  private final CallerSlots slots;
  private final EventLoop loop;
  private @Nullable Doorway doorway;

  SocketEndpoint(Path path, Connections connections, CallerSlots slots, EventLoop loop, Log log) {
    this.path = path;
    this.connections = connections;
    this.slots = slots;
    this.loop = loop;
    try {
      Files.deleteIfExists(path); // a daemon that was killed left it, and nobody listens
      doorway = new Doorway(listener(path), loop, this::arrived, log);
    } catch (IOException failure) {
      log.warn("No socket: " + failure.getMessage());
    }
  }

  private static StreamListener listener(Path path) throws IOException {
    StreamListener listener = StreamListener.unix(path);
    try {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException failure) {
      listener.close();
      throw failure;
    }
    return listener;
  }

  private void arrived(StreamSocket socket) {
    try {
      if (connections.isFull() || !isOurs(socket)) {
        socket.close();
        return;
      }
      Connection.Caller caller = caller(socket);
      connections.opened(new Connection(socket, caller, connections, slots, loop));
    } catch (IOException failure) {
      socket.close();
      connections.complain("A connection could not be served: " + failure);
    }
  }

  private boolean isOurs(StreamSocket socket) throws OsException {
    int uid = socket.peer().uid();
    boolean ours = uid == Self.effectiveUid();
    if (!ours) {
      connections.complain("Refused a connection of user " + uid);
    }
    return ours;
  }

  /** A process may be over before its connection is, which others have then. */
  private static Connection.Caller caller(StreamSocket socket) throws OsException {
    StreamSocket.Peer peer = socket.peer();
    Pidfd process = null;
    try {
      process = socket.peerProcess(peer);
    } catch (OsException failure) {
      if (!failure.is(Errno.ESRCH) && !failure.is(Errno.EINVAL)) {
        throw failure;
      }
    }
    return new Connection.Caller(peer.pid(), process, "socket");
  }

  @Override
  public void close() {
    if (doorway != null) {
      doorway.close();
      doorway = null;
      Leftovers.deleteQuietly(path);
    }
  }
}
