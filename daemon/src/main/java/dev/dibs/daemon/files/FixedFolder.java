package dev.dibs.daemon.files;

import dev.dibs.host.Errno;
import dev.dibs.host.fuse.FuseFolderEntry;
import dev.dibs.host.fuse.FuseRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A folder whose names are always the same. Some of them may be left out of its listing. */
public final class FixedFolder extends LastingFolder {

  /** Finds what a name stands for, which may depend on who asks. */
  public interface Finder {
    /** Answers as {@link Folder#lookup} does. */
    void find(FuseRequest.Lookup request, Reply<Node> reply);
  }

  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Finder> finders = new LinkedHashMap<>();
  private final List<FuseFolderEntry> listing = new ArrayList<>();

  FixedFolder(long number, Stamp stamp) {
    super(number, stamp);
  }

  /** Adds a name, listed. */
  FixedFolder with(String name, Node node) {
    listing.add(new FuseFolderEntry(name, node.number(), node.attributes().mode()));
    return withHidden(name, node);
  }

  /** Adds a name that who looks at everything does not come across. */
  public FixedFolder withHidden(String name, Node node) {
    nodes.put(name, node);
    return this;
  }

  /** Adds a name that stands for different things, and is not listed. */
  public FixedFolder withHidden(String name, Finder finder) {
    finders.put(name, finder);
    return this;
  }

  @Override
  public void lookup(FuseRequest.Lookup request, Reply<Node> reply) {
    Finder finder = finders.get(request.name());
    if (finder != null) {
      finder.find(request, reply);
      return;
    }
    Node node = nodes.get(request.name());
    if (node == null) {
      reply.fail(Errno.ENOENT);
    } else {
      reply.answer(node);
    }
  }

  @Override
  public List<FuseFolderEntry> listing() {
    return listing;
  }
}
