package dev.dibs.daemon.files;

import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Epoll;
import dev.dibs.host.Errno;
import dev.dibs.host.OsException;
import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseConnection;
import dev.dibs.host.fuse.FuseEntry;
import dev.dibs.host.fuse.FuseFolderEntry;
import dev.dibs.host.fuse.FuseRequest;
import dev.dibs.host.fuse.OpenFlags;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Has every request of the kernel answered, by the node or the open file that it is about. For the
 * loop's thread only.
 *
 * <p>What goes wrong inside is answered too (EIO): a caller whose request nobody answers can't even
 * be killed.
 */
public final class Dispatcher implements Mount.Server {

  private static final int NAME_BYTES_MAX = 255;
  private static final int OWNER_SHIFT = 6;
  private static final int ACCESS_ALL = 7;

  // linux/fuse.h: what is no operation of a file system without such things, rather than forbidden
  private static final int SETXATTR = 21;
  private static final int REMOVEXATTR = 24;
  private static final int FALLOCATE = 43;

  private final NodeTable nodes;
  private final NodeNumbers numbers;
  private final AwaitedNodes awaited;
  private final Log log;
  private final Map<Long, OpenFile> files = new HashMap<>();
  private final Map<Long, OpenFile> unheard = new HashMap<>();
  private final Map<Long, List<FuseFolderEntry>> listings = new HashMap<>();
  private final Map<Long, Reply<?>> waiting = new HashMap<>();
  private @Nullable FuseConnection served;

  /**
   * @param records remembers for which nodes somebody waits
   */
  public Dispatcher(NodeTable nodes, NodeNumbers numbers, NodeRecords records, Log log) {
    this.nodes = nodes;
    this.numbers = numbers;
    this.awaited = new AwaitedNodes(records);
    this.log = log;
  }

  /**
   * Has an open file that an earlier daemon opened.
   *
   * @param request number of the request to open it; if that comes again, it was not heard
   */
  public void adopt(OpenFile file, long request) {
    files.put(file.handle(), file);
    unheard.put(request, file);
  }

  /** How many callers wait for an answer. */
  public int waiting() {
    return waiting.size();
  }

  @Override
  public void begin(FuseConnection connection, boolean resumed) {
    served = connection;
  }

  /** Whom requests come from; they come only after {@link #begin}. */
  private FuseConnection connection() {
    return Objects.requireNonNull(served);
  }

  /** Wakes all who poll an open file; they ask again. */
  public void wakePoll(long pollHandle) {
    try {
      if (served != null) {
        served.wakePoll(pollHandle);
      }
    } catch (OsException failure) {
      log.warn("Who polls a file may sleep on: " + failure);
    }
  }

  @Override
  public void ended() {
    List<OpenFile> last = List.copyOf(files.values());
    files.clear();
    unheard.clear();
    last.forEach(OpenFile::released);
    List.copyOf(waiting.values()).forEach(Reply::interrupt); // who waited has had an error already
  }

  @Override
  public void serve(FuseRequest request) throws OsException {
    FuseConnection connection = connection();
    switch (request) {
      case FuseRequest.Init init -> throw new IllegalStateException("BUG: the mount has " + init);
      case FuseRequest.Lookup lookup -> lookup(lookup);
      case FuseRequest.Forget forget -> forget.nodes().forEach(nodes::forget);
      case FuseRequest.GetAttributes get -> getAttributes(get);
      case FuseRequest.SetAttributes set -> setAttributes(set);
      case FuseRequest.Open open -> open(open);
      case FuseRequest.OpenFolder open -> openFolder(open);
      case FuseRequest.Read read -> read(read);
      case FuseRequest.ReadFolder read -> readFolder(read);
      case FuseRequest.Write write -> write(write);
      case FuseRequest.Release release -> release(release);
      case FuseRequest.ReleaseFolder release -> {
        listings.remove(release.handle());
        connection.done(release.header());
      }
      case FuseRequest.StatFs statFs -> connection.statFs(statFs.header());
      case FuseRequest.Access access -> access(access);
      case FuseRequest.Interrupt interrupt -> interrupt(interrupt);
      case FuseRequest.Poll poll -> poll(poll);
      case FuseRequest.Create create -> connection.error(create.header(), Errno.EACCES);
      case FuseRequest.Change change -> connection.error(change.header(), refusal(change));
      case FuseRequest.Destroy end -> {}
      case FuseRequest.Other other -> connection.error(other.header(), Errno.ENOSYS);
    }
  }

  private static Errno refusal(FuseRequest.Change change) {
    return switch (change.opcode()) {
      case SETXATTR, REMOVEXATTR, FALLOCATE -> Errno.EOPNOTSUPP;
      default -> Errno.EPERM;
    };
  }

  private void lookup(FuseRequest.Lookup request) throws OsException {
    Node node = node(request);
    if (!(node instanceof Folder folder)) {
      if (node != null) {
        connection().error(request.header(), Errno.ENOTDIR);
      }
    } else if (request.name().length() > NAME_BYTES_MAX) {
      connection().error(request.header(), Errno.ENAMETOOLONG);
    } else {
      Reply<Node> reply = reply(request, this::found);
      attempt(reply, () -> folder.lookup(request, reply));
    }
  }

  private boolean found(FuseRequest.Header to, Node node) throws OsException {
    FuseAttributes attributes = node.attributes();
    FuseEntry entry = new FuseEntry(node.number(), 0, node.nameValidS(), attributes);
    nodes.lookedUp(node);
    boolean heard = connection().entry(to, entry);
    if (!heard) { // the kernel does not know it then
      nodes.forget(new FuseRequest.Forgotten(node.number(), 1));
    }
    return heard;
  }

  private void getAttributes(FuseRequest.GetAttributes request) throws OsException {
    Node node = node(request);
    if (node != null) {
      connection().attributes(request.header(), node.attributes());
    }
  }

  private void setAttributes(FuseRequest.SetAttributes request) throws OsException {
    Node node = node(request);
    if (node == null) {
      return;
    }
    if (node.permits(request)) {
      connection().attributes(request.header(), node.attributes());
    } else {
      connection().error(request.header(), Errno.EPERM);
    }
  }

  private void access(FuseRequest.Access request) throws OsException {
    Node node = node(request);
    if (node == null) {
      return;
    }
    int allowed = (node.attributes().mode() >> OWNER_SHIFT) & ACCESS_ALL;
    if ((request.mask() & ACCESS_ALL & ~allowed) == 0) {
      connection().done(request.header());
    } else {
      connection().error(request.header(), Errno.EACCES);
    }
  }

  private void open(FuseRequest.Open request) throws OsException {
    OpenFile opened = request.header().resent() ? unheard.remove(request.header().id()) : null;
    if (opened != null) {
      opened(request.header(), opened);
      return;
    }
    Node node = node(request);
    if (node instanceof FileNode file) {
      Reply<OpenFile> reply = reply(request, this::opened);
      attempt(reply, () -> file.open(request, reply));
      if (reply.isOpen()) {
        awaited.add(request.header().id(), node);
      }
    } else if (node != null) {
      connection().error(request.header(), Errno.EISDIR);
    }
  }

  private boolean opened(FuseRequest.Header to, OpenFile file) throws OsException {
    boolean heard = connection().opened(to, file.handle(), flags(to, file));
    if (heard) {
      files.put(file.handle(), file);
    } else {
      files.remove(file.handle());
      file.released();
    }
    return heard;
  }

  private int flags(FuseRequest.Header to, OpenFile file) throws OsException {
    Optional<byte[]> stored = file.stored();
    return stored.isPresent() && connection().store(to.node(), stored.get())
        ? OpenFlags.KEEP_CACHE
        : file.flags();
  }

  private void openFolder(FuseRequest.OpenFolder request) throws OsException {
    Node node = node(request);
    if (node instanceof Folder folder) {
      long handle = numbers.fresh();
      if (connection().opened(request.header(), handle, 0)) {
        listings.put(handle, folder.listing());
      }
    } else if (node != null) {
      connection().error(request.header(), Errno.ENOTDIR);
    }
  }

  private void readFolder(FuseRequest.ReadFolder request) throws OsException {
    List<FuseFolderEntry> listing = listings.get(request.handle());
    if (listing != null) {
      connection().folder(request, listing);
      return;
    }
    Node node = node(request);
    if (node instanceof Folder folder) { // opened when an earlier daemon served
      listings.put(request.handle(), folder.listing());
      connection().folder(request, folder.listing());
    } else if (node != null) {
      connection().error(request.header(), Errno.ENOTDIR);
    }
  }

  private void read(FuseRequest.Read request) throws OsException {
    OpenFile file = file(request, request.handle());
    if (file == null) {
      connection().error(request.header(), Errno.EIO);
    } else {
      Reply<byte[]> reply = reply(request, connection()::data);
      attempt(reply, () -> file.read(request, reply));
    }
  }

  private void write(FuseRequest.Write request) throws OsException {
    OpenFile file = file(request, request.handle());
    if (file == null) {
      connection().error(request.header(), Errno.EIO);
    } else {
      Reply<Integer> reply = reply(request, connection()::written);
      attempt(reply, () -> file.write(request, reply));
    }
  }

  private void poll(FuseRequest.Poll request) throws OsException {
    OpenFile file = file(request, request.handle());
    connection().polled(request.header(), file == null ? Epoll.ERR : file.poll(request));
  }

  private void release(FuseRequest.Release request) throws OsException {
    OpenFile file = file(request, request.handle());
    files.remove(request.handle());
    if (file != null) {
      unheard.values().remove(file);
      file.released();
    }
    connection().done(request.header());
  }

  private void interrupt(FuseRequest.Interrupt request) {
    Reply<?> reply = waiting.get(request.id());
    if (reply != null) {
      reply.interrupt();
    }
  }

  /** The node that it is about; without one the caller is told to look the name up again. */
  private @Nullable Node node(FuseRequest request) throws OsException {
    Node node = nodes.find(request.header().node());
    if (node == null) {
      connection().error(request.header(), Errno.ESTALE);
    }
    return node;
  }

  private @Nullable OpenFile file(FuseRequest request, long handle) {
    OpenFile file = files.get(handle);
    if (file == null && nodes.find(request.header().node()) instanceof FileNode node) {
      file = node.reopened(handle, request);
      if (file != null) {
        files.put(handle, file);
      }
    }
    return file;
  }

  private <T> Reply<T> reply(FuseRequest request, Reply.Sender<T> sender) {
    FuseRequest.Header header = request.header();
    return new Reply<>(header, connection(), sender, done -> answered(header.id()), log);
  }

  private void answered(long request) {
    waiting.remove(request);
    awaited.remove(request);
  }

  private void attempt(Reply<?> reply, Runnable service) {
    try {
      service.run();
    } catch (RuntimeException bug) {
      log.failure("BUG: a request of the file system failed", bug);
      if (reply.isOpen()) {
        reply.fail(Errno.EIO);
      }
    }
    if (reply.isOpen()) {
      waiting.put(reply.header().id(), reply);
    }
  }
}
