package dev.dibs.daemon.files;

import dev.dibs.host.Epoll;
import dev.dibs.host.Errno;
import dev.dibs.host.fuse.FuseRequest;
import java.util.Optional;

/** What {@code open(2)} made, until its last descriptor is closed. */
public interface OpenFile {

  /** Its number, of {@link NodeNumbers#fresh} or a claim's: unique, also over restarts. */
  long handle();

  /** How the kernel is to treat it: {@link dev.dibs.host.fuse.OpenFlags}, from DIRECT_IO on. */
  int flags();

  /**
   * All that can ever be read, if the kernel may be given that with the open, so that it need not
   * ask for it: only of a node that nobody opened before.
   */
  default Optional<byte[]> stored() {
    return Optional.empty();
  }

  /** Reads, now or later. */
  void read(FuseRequest.Read request, Reply<byte[]> reply);

  /** Writes, now or later; the answer is how many bytes were taken. */
  default void write(FuseRequest.Write request, Reply<Integer> reply) {
    reply.fail(Errno.EACCES);
  }

  /**
   * What is ready now, as in {@code poll(2)}. If the request {@link FuseRequest.Poll#waits}, its
   * poll handle is to be woken when more is.
   */
  default int poll(FuseRequest.Poll request) {
    return Epoll.IN | Epoll.OUT;
  }

  /** Nobody has it any more. Also called if the opener was gone before it heard that it is open. */
  void released();
}
