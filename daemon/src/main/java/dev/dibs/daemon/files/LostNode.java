package dev.dibs.daemon.files;

import dev.dibs.host.Errno;
import dev.dibs.host.fuse.FuseRequest;

/**
 * A node whose number says that it claims or locks, but not what: it left the table, or an earlier
 * daemon made it. Who has it open can look at it; who opens it is to look its name up again.
 */
final class LostNode extends OpenedNode {

  LostNode(long number, Stamp stamp) {
    super(number, stamp);
  }

  @Override
  public void open(FuseRequest.Open request, Reply<OpenFile> reply) {
    reply.fail(Errno.ESTALE);
  }
}
