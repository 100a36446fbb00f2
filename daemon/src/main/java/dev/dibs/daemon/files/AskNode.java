package dev.dibs.daemon.files;

import dev.dibs.host.Errno;
import dev.dibs.host.OsException;
import dev.dibs.host.fuse.Caller;
import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A request, asked when it is opened. Each lookup makes another, so the size that is shown is that
 * of the answer: bash reads no more of a file than that.
 */
final class AskNode implements FileNode {

  static final int MODE = 0400;

  private final String line;
  private final FuseAttributes attributes;
  private final Asks asks;
  private byte[] answer = {};

  AskNode(String line, FuseAttributes attributes, Asks asks) {
    this.line = line;
    this.attributes = attributes;
    this.asks = asks;
  }

  @Override
  public FuseAttributes attributes() {
    return attributes.withSize(answer.length);
  }

  @Override
  public void open(FuseRequest.Open request, Reply<OpenFile> reply) {
    if (!request.readsOnly()) {
      reply.fail(Errno.EACCES);
      return;
    }
    try {
      Optional<Caller> caller = Caller.of(request.header().thread());
      if (caller.isEmpty()) {
        reply.fail(Errno.EACCES);
        return;
      }
      String text = asks.answer(line, caller.get().pid(), request.header().resent());
      answer = text.getBytes(StandardCharsets.UTF_8);
      reply.answer(new TextFile(number(), answer));
    } catch (OsException failure) {
      reply.fail(Errno.EIO);
    }
  }
}
