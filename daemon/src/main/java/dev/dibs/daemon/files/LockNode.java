package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseRequest;

/** A lock: whoever opens it waits for it, and holds it until the last descriptor is closed. */
final class LockNode extends OpenedNode {

  private final String name;
  private final LockFiles locks;

  LockNode(String name, Stamp stamp, long number, LockFiles locks) {
    super(number, stamp);
    this.name = name;
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
  public void open(FuseRequest.Open request, Reply<OpenFile> reply) {
    locks.open(name, number(), request, reply);
  }
}
