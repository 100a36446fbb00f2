package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseRequest;
import org.jspecify.annotations.Nullable;

/** {@code jobserver}, as all clients see it but those that want a FIFO. */
final class JobserverNode extends OpenedNode {

  private final Jobserver jobserver;
  private final NodeNumbers numbers;

  JobserverNode(Stamp stamp, NodeNumbers numbers, Jobserver jobserver) {
    super(NodeNumbers.JOBSERVER, stamp);
    this.jobserver = jobserver;
    this.numbers = numbers;
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
