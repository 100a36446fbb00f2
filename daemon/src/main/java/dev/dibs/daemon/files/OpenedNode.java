package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseRequest;

/**
 * A file that does something when it is opened, and of which there is nothing to see before. What
 * {@code >} of a shell does to it besides has no effect.
 */
abstract class OpenedNode implements FileNode {

  private static final int MODE = 0600;

  private final FuseAttributes attributes;

  OpenedNode(long number, Stamp stamp) {
    attributes = stamp.file(number, MODE);
  }

  @Override
  public final FuseAttributes attributes() {
    return attributes;
  }

  @Override
  public final boolean permits(FuseRequest.SetAttributes change) {
    return Emptying.isAll(change);
  }
}
