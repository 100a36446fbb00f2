package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseRequest;
import org.jspecify.annotations.Nullable;

/**
 * The jobserver as a file, as all clients see it but those that want a FIFO. By the name {@code
 * jobserver} others find something else, so the kernel asks each time; {@code tokens} is always
 * this, for whoever is to be quick.
 */
final class JobserverNode extends OpenedNode {

  private final int nameValidS;
  private final Jobserver jobserver;
  private final NodeNumbers numbers;

  JobserverNode(int nameValidS, Stamp stamp, NodeNumbers numbers, Jobserver jobserver) {
    super(NodeNumbers.JOBSERVER, stamp);
    this.nameValidS = nameValidS;
    this.jobserver = jobserver;
    this.numbers = numbers;
  }

  @Override
  public int nameValidS() {
    return nameValidS;
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
