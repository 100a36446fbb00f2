package dev.dibs.daemon.files;

import dev.dibs.host.Errno;
import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseFolderEntry;
import dev.dibs.host.fuse.FuseRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code pool/}: a folder of facts for each pool. */
final class PoolsFolder extends LastingFolder implements NodeTable.Finder {

  private final Stamp stamp;
  private final NodeNumbers numbers;
  private final Facts facts;

  PoolsFolder(Stamp stamp, NodeNumbers numbers, Facts facts) {
    super(NodeNumbers.POOLS, stamp);
    this.stamp = stamp;
    this.numbers = numbers;
    this.facts = facts;
  }

  @Override
  public void lookup(FuseRequest.Lookup request, Reply<Node> reply) {
    if (facts.pools().contains(request.name())) {
      reply.answer(pool(request.name()));
    } else {
      reply.fail(Errno.ENOENT);
    }
  }

  @Override
  public List<FuseFolderEntry> listing() {
    return facts.pools().stream()
        .map(name -> new FuseFolderEntry(name, number(name), FuseAttributes.FOLDER))
        .toList();
  }

  private FactFolder pool(String name) {
    return new FactFolder(
        number(name),
        stamp,
        numbers,
        () -> facts.pool(name),
        index -> NodeNumbers.named(NodeNumbers.POOL, name + "/" + index));
  }

  private static long number(String name) {
    return NodeNumbers.named(NodeNumbers.POOL, name);
  }

  @Override
  public @Nullable Node find(long number) {
    if (NodeNumbers.kind(number) == NodeNumbers.POOL) {
      for (String name : facts.pools()) {
        FactFolder pool = pool(name);
        if (pool.number() == number) {
          return pool;
        }
        List<FuseFolderEntry> files = pool.listing();
        for (int i = 0; i < files.size(); i++) {
          if (files.get(i).number() == number) {
            return pool.file(i);
          }
        }
      }
    }
    return null;
  }
}
