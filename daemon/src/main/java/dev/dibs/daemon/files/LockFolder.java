package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseFolderEntry;
import dev.dibs.host.fuse.FuseRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code lock/}: every name but that of the help leads to a lock. Locks are not listed. */
final class LockFolder extends LastingFolder {

  /** What it is called. */
  static final String NAME = "lock";

  private static final String HELP = "README";

  private final TextNode help;
  private final Stamp stamp;
  private final NodeTable nodes;
  private final NodeNumbers numbers;
  private final LockFiles locks;

  LockFolder(TextNode help, Stamp stamp, NodeTable nodes, NodeNumbers numbers, LockFiles locks) {
    super(NodeNumbers.LOCKS, stamp);
    this.help = help;
    this.stamp = stamp;
    this.nodes = nodes;
    this.numbers = numbers;
    this.locks = locks;
  }

  @Override
  public void lookup(FuseRequest.Lookup request, Reply<Node> reply) {
    reply.answer(request.name().equals(HELP) ? help : lock(request.name()));
  }

  private LockNode lock(String name) {
    long number = NodeNumbers.named(NodeNumbers.LOCK, name);
    if (nodes.find(number) instanceof LockNode other && !other.name().equals(name)) {
      number = numbers.fresh(); // two names of one hash
    }
    return new LockNode(name, stamp, number, locks);
  }

  /** The lock of a path that an earlier daemon remembered; null if it is none. */
  @Nullable Node atPath(String path) {
    return path.startsWith(NAME + "/") ? lock(path.substring(NAME.length() + 1)) : null;
  }

  @Override
  public List<FuseFolderEntry> listing() {
    return List.of(new FuseFolderEntry(HELP, help.number(), FuseAttributes.FILE));
  }
}
