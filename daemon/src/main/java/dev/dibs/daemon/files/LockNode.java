package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseRequest;

/** A lock: whoever opens it waits for it, and holds it until the last descriptor is closed. */
final class LockNode implements FileNode {

  private static final int MODE = 0600;

  private final String name;
  private final FuseAttributes attributes;
  private final LockFiles locks;

  LockNode(String name, Stamp stamp, long number, LockFiles locks) {
    this.name = name;
    this.attributes = stamp.file(number, MODE);
    this.locks = locks;
  }

  String name() {
    return name;
  }

  @Override
  public String path() {
    return LockFolder.NAME + "/" + name;
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
    locks.open(name, number(), request, reply);
  }
}
