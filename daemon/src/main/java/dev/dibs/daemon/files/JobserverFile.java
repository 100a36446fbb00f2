package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseRequest;
import dev.dibs.host.fuse.OpenFlags;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * An open jobserver: what is read and written there are tokens of the run that the caller is in.
 */
final class JobserverFile implements OpenFile {

  private final long handle;
  private final Jobserver jobserver;
  private final Set<Long> watches = new LinkedHashSet<>(1);

  JobserverFile(long handle, Jobserver jobserver) {
    this.handle = handle;
    this.jobserver = jobserver;
  }

  @Override
  public long handle() {
    return handle;
  }

  @Override
  public int flags() {
    return OpenFlags.PIPE_LIKE;
  }

  @Override
  public void read(FuseRequest.Read request, Reply<byte[]> reply) {
    jobserver.read(request, reply);
  }

  @Override
  public void write(FuseRequest.Write request, Reply<Integer> reply) {
    jobserver.write(request, reply);
  }

  @Override
  public int poll(FuseRequest.Poll request) {
    if (request.waits()) {
      watches.add(request.pollHandle());
    }
    return jobserver.poll(request);
  }

  @Override
  public void released() {
    watches.forEach(jobserver::closeWatch);
  }
}
