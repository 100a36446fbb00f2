package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseRequest;
import org.jspecify.annotations.Nullable;

/** A node that can be opened. A FIFO is never asked: the kernel has its own pipe for each node. */
public non-sealed interface FileNode extends Node {

  /** Opens it, now or later. Nobody else is held up while the caller waits. */
  void open(FuseRequest.Open request, Reply<OpenFile> reply);

  /**
   * A file of this node that an earlier daemon opened, and of which somebody asks now.
   *
   * @param request what is asked, a read, write, poll or release
   * @return null if that can't be found again: the caller gets EIO
   */
  default @Nullable OpenFile reopened(long handle, FuseRequest request) {
    return null;
  }
}
