package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseRequest;
import org.jspecify.annotations.Nullable;

/** {@code jobserver}, as all clients see it but those that want a FIFO. */
final class JobserverNode implements FileNode {

  private static final int MODE = 0600;

  private final FuseAttributes attributes;
  private final Jobserver jobserver;
  private final NodeNumbers numbers;

  JobserverNode(Stamp stamp, NodeNumbers numbers, Jobserver jobserver) {
    this.attributes = stamp.file(NodeNumbers.JOBSERVER, MODE);
    this.jobserver = jobserver;
    this.numbers = numbers;
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
    jobserver.open(request, new JobserverFile(numbers.fresh(), jobserver), reply);
  }

  @Override
  public @Nullable OpenFile reopened(long handle, FuseRequest request) {
    return new JobserverFile(handle, jobserver);
  }
}
