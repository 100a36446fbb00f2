package dev.dibs.daemon.files;

import dev.dibs.host.Errno;
import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseFolderEntry;
import dev.dibs.host.fuse.FuseRequest;
import dev.dibs.protocol.ClaimName;
import dev.dibs.protocol.MalformedRequestException;
import dev.dibs.protocol.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code run/} or {@code job/}: every name that says what is wanted leads to a file which claims
 * that when it is opened for reading and writing. Two of the names are listed.
 */
final class ClaimFolder extends LastingFolder {

  /** The claim that is listed: one slot, and nothing else said. */
  private static final String ONE = "1";

  private static final String HELP = "README";

  private final String name;
  private final Request.Kind kind;
  private final TextNode help;
  private final List<FuseFolderEntry> listing;
  private final Stamp stamp;
  private final Claims claims;
  private final Refusals refusals;

  /**
   * @param help of this folder
   */
  ClaimFolder(
      String name,
      Request.Kind kind,
      long number,
      TextNode help,
      Stamp stamp,
      Claims claims,
      Refusals refusals) {
    super(number, stamp);
    this.name = name;
    this.kind = kind;
    this.help = help;
    this.stamp = stamp;
    this.claims = claims;
    this.refusals = refusals;
    this.listing =
        List.of(
            new FuseFolderEntry(HELP, help.number(), FuseAttributes.FILE),
            new FuseFolderEntry(ONE, ClaimNode.number(name + "/" + ONE), FuseAttributes.FILE));
  }

  @Override
  public void lookup(FuseRequest.Lookup request, Reply<Node> reply) {
    if (request.name().equals(HELP)) {
      reply.answer(help);
      return;
    }
    try {
      reply.answer(file(request.name()));
    } catch (MalformedRequestException refusal) {
      refusals.add(name + "/" + request.name(), request.header().thread(), refusal.why());
      reply.fail(Errno.EINVAL);
    }
  }

  private ClaimNode file(String spec) throws MalformedRequestException {
    ClaimName wish = ClaimName.parse(kind, spec);
    return new ClaimNode(wish, name + "/" + spec, stamp, help, claims);
  }

  /** The file of a path that an earlier daemon remembered; null if it is none of these. */
  @Nullable Node atPath(String path) {
    try {
      return path.startsWith(name + "/") ? file(path.substring(name.length() + 1)) : null;
    } catch (MalformedRequestException other) {
      return null;
    }
  }

  @Override
  public List<FuseFolderEntry> listing() {
    return listing;
  }
}
