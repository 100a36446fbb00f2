package dev.dibs.daemon.files;

import dev.dibs.host.Errno;
import dev.dibs.host.fuse.FuseRequest;
import dev.dibs.protocol.ClaimName;

/**
 * A file that claims when it is opened for reading and writing. Only then: whoever reads everything
 * ({@code cat}, {@code grep -r}) is told what this is.
 */
final class ClaimNode extends OpenedNode {

  private final ClaimName wish;
  private final String path;
  private final TextNode help;
  private final Claims claims;

  ClaimNode(ClaimName wish, String path, Stamp stamp, TextNode help, Claims claims) {
    super(number(path), stamp);
    this.wish = wish;
    this.path = path;
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
