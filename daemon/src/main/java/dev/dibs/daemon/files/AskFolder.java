package dev.dibs.daemon.files;

import dev.dibs.host.Errno;
import dev.dibs.host.fuse.FuseFolderEntry;
import dev.dibs.host.fuse.FuseRequest;
import dev.dibs.protocol.MalformedRequestException;
import dev.dibs.protocol.NamedRequest;
import java.util.List;

/** {@code ask/}: the name is a request, the content its answer. It is for the launcher. */
final class AskFolder extends LastingFolder {

  private final Stamp stamp;
  private final NodeNumbers numbers;
  private final Asks asks;
  private final Refusals refusals;

  AskFolder(Stamp stamp, NodeNumbers numbers, Asks asks, Refusals refusals) {
    super(NodeNumbers.ASK, stamp);
    this.stamp = stamp;
    this.numbers = numbers;
    this.asks = asks;
    this.refusals = refusals;
  }

  @Override
  public void lookup(FuseRequest.Lookup request, Reply<Node> reply) {
    try {
      String line = NamedRequest.line(request.name());
      reply.answer(new AskNode(line, stamp.file(numbers.fresh(), AskNode.MODE), asks));
    } catch (MalformedRequestException refusal) {
      refusals.add("ask/" + request.name(), request.header().thread(), refusal.why());
      reply.fail(Errno.EINVAL);
    }
  }

  @Override
  public List<FuseFolderEntry> listing() {
    return List.of();
  }
}
