package dev.dibs.daemon.files;

import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Errno;
import dev.dibs.host.Fifo;
import dev.dibs.host.OsException;
import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseRequest;
import org.jspecify.annotations.Nullable;

/**
 * The FIFO of one client that takes no other kind of file. The kernel gives each node of this type
 * a pipe of its own; the daemon has its hands in that by another name, {@code by-id/NUMBER}.
 */
final class PersonalFifo implements FileNode, AutoCloseable {

  private static final int MODE = 0600;

  private final FuseAttributes attributes;
  private final PersonalFifos owner;
  private final Log log;
  private @Nullable Fifo pipe;
  private int watch;

  PersonalFifo(long number, Stamp stamp, PersonalFifos owner, Log log) {
    this.attributes = FuseAttributes.fifo(number, MODE, stamp.uid(), stamp.gid());
    this.owner = owner;
    this.log = log;
  }

  @Override
  public FuseAttributes attributes() {
    return attributes;
  }

  @Override
  public boolean isReplaceable() {
    return false;
  }

  /** The kernel opens FIFOs by itself. */
  @Override
  public void open(FuseRequest.Open request, Reply<OpenFile> reply) {
    reply.fail(Errno.EIO);
  }

  /** It is open for us from now on. */
  void opened(Fifo opened, int watchNumber) {
    pipe = opened;
    watch = watchNumber;
  }

  boolean isOpen() {
    return pipe != null;
  }

  /** Bytes that lie in it. */
  int unread() throws OsException {
    return pipe == null ? 0 : pipe.unread();
  }

  void put(int count) {
    try {
      if (pipe != null) {
        pipe.put(count);
      }
    } catch (OsException failure) {
      log.warn("Tokens could not be put: " + failure);
    }
  }

  int drain(int count) {
    try {
      return pipe == null ? 0 : pipe.drain(count);
    } catch (OsException failure) {
      log.warn("Tokens could not be drained: " + failure);
      return 0;
    }
  }

  @Override
  public void close() {
    owner.closed(this, watch);
    if (pipe != null) {
      pipe.close();
      pipe = null;
    }
  }
}
