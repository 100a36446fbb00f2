package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseRequest;
import dev.dibs.protocol.ClaimName;

/** Grants slots to who opens a file, until the last descriptor of it is closed. */
public interface Claims {

  /**
   * Claims what the file's name says.
   *
   * @param node the node that is opened: who inherited the claim is told by its descriptors
   * @param path the name below the mount point
   */
  void open(
      ClaimName wish, long node, String path, FuseRequest.Open request, Reply<OpenFile> reply);
}
