package dev.dibs.daemon.files;

import dev.dibs.host.Errno;
import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseRequest;
import dev.dibs.protocol.ClaimName;

/**
 * A file that claims when it is opened for reading and writing. Only then: whoever reads everything
 * ({@code cat}, {@code grep -r}) is told what this is.
 */
final class ClaimNode implements FileNode {

  static final int MODE = 0600;

  private final ClaimName wish;
  private final String path;
  private final FuseAttributes attributes;
  private final TextNode help;
  private final Claims claims;

  ClaimNode(ClaimName wish, String path, Stamp stamp, TextNode help, Claims claims) {
    this.wish = wish;
    this.path = path;
    this.attributes = stamp.file(number(path), MODE);
    this.help = help;
    this.claims = claims;
  }

  /** The number of the file of that path. */
  static long number(String path) {
    return NodeNumbers.named(NodeNumbers.CLAIM, path);
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public FuseAttributes attributes() {
    return attributes;
  }

  @Override
  public boolean permits(FuseRequest.SetAttributes change) {
    return Emptying.isAll(change);
  }

  @Override
  public void open(FuseRequest.Open request, Reply<OpenFile> reply) {
    if (request.readsAndWrites()) {
      claims.open(wish, number(), path, request, reply);
    } else if (request.readsOnly()) {
      help.open(request, reply);
    } else {
      reply.fail(Errno.EACCES);
    }
  }
}
