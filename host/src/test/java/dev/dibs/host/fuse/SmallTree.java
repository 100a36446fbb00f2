package dev.dibs.host.fuse;

import dev.dibs.host.Errno;
import dev.dibs.host.OsException;
import dev.dibs.host.Self;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A file system for tests. One thread at a time may use it.
 *
 * <ul>
 *   <li>{@code hello}: says {@value #HELLO}
 *   <li>{@code pipe}: what is written can be read, once; readers wait, pollers are woken
 *   <li>{@code claim}: who opens it waits until {@link #grant}
 *   <li>{@code many/}: {@value #MANY} names
 * </ul>
 */
final class SmallTree {

  static final String HELLO = "hello\n";
  static final int MANY = 3000;
  static final long PIPE = 3;
  static final long CLAIM = 4;

  private static final long ROOT = 1;
  private static final long HELLO_NODE = 2;
  private static final long MANY_NODE = 5;
  private static final int POLLIN = 1;
  private static final int POLLOUT = 4;

  private final FuseConnection connection;
  private final int uid = Self.effectiveUid();
  private final Deque<FuseRequest.Read> readers = new ArrayDeque<>();
  private final Deque<FuseRequest.Open> openers = new ArrayDeque<>();
  private final Set<Long> pollers = new HashSet<>();
  private final StringBuilder pipe = new StringBuilder();

  SmallTree(FuseConnection connection) {
    this.connection = connection;
  }

  void answer(FuseRequest request) throws OsException {
    FuseRequest.Header to = request.header();
    switch (request) {
      case FuseRequest.Init init -> connection.initialized(init);
      case FuseRequest.Lookup lookup -> lookup(lookup);
      case FuseRequest.GetAttributes get -> connection.attributes(to, attributes(to.node()));
      case FuseRequest.SetAttributes set -> connection.attributes(to, attributes(to.node()));
      case FuseRequest.Open open -> open(open);
      case FuseRequest.OpenFolder open -> connection.opened(to, 0, 0);
      case FuseRequest.Read read -> read(read);
      case FuseRequest.ReadFolder read -> connection.folder(read, listing(to.node()));
      case FuseRequest.Write write -> write(write);
      case FuseRequest.Poll poll -> poll(poll);
      case FuseRequest.Interrupt interrupt -> interrupt(interrupt.id());
      case FuseRequest.StatFs statFs -> connection.statFs(to);
      case FuseRequest.Release release -> connection.done(to);
      case FuseRequest.ReleaseFolder release -> connection.done(to);
      case FuseRequest.Access access -> connection.done(to);
      case FuseRequest.Create create -> connection.error(to, Errno.EPERM);
      case FuseRequest.Change change -> connection.error(to, Errno.EPERM);
      case FuseRequest.Other other -> connection.error(to, Errno.ENOSYS);
      case FuseRequest.Forget forget -> {}
      case FuseRequest.Destroy destroy -> {}
    }
  }

  /** Lets one in who waits at {@code claim}. */
  void grant() throws OsException {
    FuseRequest.Open opener = openers.remove();
    connection.opened(opener.header(), opener.header().id(), OpenFlags.PIPE_LIKE);
  }

  private void lookup(FuseRequest.Lookup asked) throws OsException {
    long node =
        asked.header().node() != ROOT
            ? 0
            : switch (asked.name()) {
              case "hello" -> HELLO_NODE;
              case "pipe" -> PIPE;
              case "claim" -> CLAIM;
              case "many" -> MANY_NODE;
              default -> 0;
            };
    if (node == 0) {
      connection.error(asked.header(), Errno.ENOENT);
    } else {
      connection.entry(asked.header(), FuseEntry.of(attributes(node)));
    }
  }

  private FuseAttributes attributes(long node) {
    if (node == ROOT || node == MANY_NODE) {
      return FuseAttributes.folder(node, 0500, uid, uid);
    }
    int size = node == HELLO_NODE ? HELLO.length() : 0;
    return FuseAttributes.file(node, 0600, uid, uid).withSize(size).withChangedS(1_000_000_000);
  }

  private void open(FuseRequest.Open open) throws OsException {
    if (open.header().node() != CLAIM) {
      int flags = open.header().node() == PIPE ? OpenFlags.PIPE_LIKE : 0;
      connection.opened(open.header(), open.header().id(), flags);
    } else if (open.nonBlocking()) {
      connection.error(open.header(), Errno.EAGAIN);
    } else {
      openers.add(open);
    }
  }

  private void read(FuseRequest.Read read) throws OsException {
    if (read.header().node() != PIPE) {
      connection.data(read.header(), bytes(HELLO), 0, Math.min(read.size(), HELLO.length()));
    } else if (read.nonBlocking() && pipe.isEmpty()) {
      connection.error(read.header(), Errno.EAGAIN);
    } else {
      readers.add(read);
      serveReaders();
    }
  }

  private void write(FuseRequest.Write write) throws OsException {
    pipe.append(write.data());
    connection.written(write.header(), write.data().length());
    serveReaders();
    for (long pollHandle : pollers) {
      connection.wakePoll(pollHandle);
    }
    pollers.clear();
  }

  private void serveReaders() throws OsException {
    while (!pipe.isEmpty() && !readers.isEmpty()) {
      FuseRequest.Read reader = readers.remove();
      int count = Math.min(reader.size(), pipe.length());
      if (connection.data(reader.header(), bytes(pipe.substring(0, count)))) {
        pipe.delete(0, count);
      }
    }
  }

  private void poll(FuseRequest.Poll poll) throws OsException {
    if (poll.waits() && pipe.isEmpty()) {
      pollers.add(poll.pollHandle());
    }
    connection.polled(poll.header(), poll.events() & (POLLOUT | (pipe.isEmpty() ? 0 : POLLIN)));
  }

  private void interrupt(long id) throws OsException {
    for (Deque<? extends FuseRequest> waiting : List.of(readers, openers)) {
      for (FuseRequest request : List.copyOf(waiting)) {
        if (request.header().id() == id) {
          waiting.remove(request);
          connection.error(request.header(), Errno.EINTR);
        }
      }
    }
  }

  private static List<FuseFolderEntry> listing(long node) {
    List<FuseFolderEntry> listing = new ArrayList<>();
    if (node == ROOT) {
      listing.add(new FuseFolderEntry("hello", HELLO_NODE, FuseAttributes.FILE));
      listing.add(new FuseFolderEntry("many", MANY_NODE, FuseAttributes.FOLDER));
    } else {
      for (int i = 0; i < MANY; i++) {
        listing.add(new FuseFolderEntry("name" + i, 1000 + i, FuseAttributes.FILE));
      }
    }
    return listing;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
