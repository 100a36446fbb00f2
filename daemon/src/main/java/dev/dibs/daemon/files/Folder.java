package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseFolderEntry;
import dev.dibs.host.fuse.FuseRequest;
import java.util.List;

/** A node with others in it. */
public non-sealed interface Folder extends Node {

  /**
   * Finds a name; now or later, but never waiting for what others do: the kernel holds the folder's
   * lock, so all who look a name up in it wait as well.
   *
   * @param reply takes the node, or ENOENT
   */
  void lookup(FuseRequest.Lookup request, Reply<Node> reply);

  /** What {@code ls} shows: never what takes something from anybody when it is opened. */
  List<FuseFolderEntry> listing();
}
