package dev.dibs.daemon.files;

import dev.dibs.host.Errno;
import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseFolderEntry;
import dev.dibs.host.fuse.FuseRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code runs/}: a folder of facts for each run that lives. */
final class RunsFolder extends LastingFolder implements NodeTable.Finder {

  private static final int FOLDERS = NodeNumbers.OF_RUN;
  private static final int FILES = FOLDERS + 1;

  private final Stamp stamp;
  private final NodeNumbers numbers;
  private final Facts facts;

  RunsFolder(Stamp stamp, NodeNumbers numbers, Facts facts) {
    super(NodeNumbers.RUNS, stamp);
    this.stamp = stamp;
    this.numbers = numbers;
    this.facts = facts;
  }

  @Override
  public void lookup(FuseRequest.Lookup request, Reply<Node> reply) {
    Long claim = facts.runs().get(request.name());
    if (claim == null) {
      reply.fail(Errno.ENOENT);
    } else {
      reply.answer(run(claim));
    }
  }

  @Override
  public List<FuseFolderEntry> listing() {
    return facts.runs().entrySet().stream().map(RunsFolder::entry).toList();
  }

  private static FuseFolderEntry entry(Map.Entry<String, Long> run) {
    long number = NodeNumbers.ofRun(FOLDERS, run.getValue());
    return new FuseFolderEntry(run.getKey(), number, FuseAttributes.FOLDER);
  }

  private FactFolder run(long claim) {
    return new FactFolder(
        NodeNumbers.ofRun(FOLDERS, claim),
        stamp,
        numbers,
        () -> facts.run(claim),
        index -> NodeNumbers.ofRun(FILES + (int) index, claim));
  }

  @Override
  public @Nullable Node find(long number) {
    int kind = NodeNumbers.kind(number);
    long claim = NodeNumbers.payload(number);
    if (kind < FOLDERS || facts.run(claim) == null) {
      return null;
    }
    return kind == FOLDERS ? run(claim) : run(claim).file(kind - FILES);
  }
}
