package dev.dibs.daemon.files;

import dev.dibs.host.Epoll;
import dev.dibs.host.Errno;
import dev.dibs.host.fuse.FuseRequest;

/** What {@code open(2)} made, until its last descriptor is closed. */
public interface OpenFile {

  /** Its number, of {@link NodeNumbers#fresh} or a claim's: unique, also over restarts. */
  long handle();

  /** How the kernel is to treat it: {@link dev.dibs.host.fuse.OpenFlags}, from DIRECT_IO on. */
  int flags();

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
