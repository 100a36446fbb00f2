package dev.dibs.locks;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Other locks, of which a test changes something. */
class ForwardingLocks implements Locks {

  final Locks real;

  ForwardingLocks(Locks real) {
    this.real = real;
  }

  @Override
  public HeldLocks acquire(LockRequest request)
      throws IOException, InterruptedException, LockRefusedException {
    return real.acquire(request);
  }

  @Override
  public Optional<HeldLocks> tryAcquire(LockRequest request, Duration timeout)
      throws IOException, InterruptedException, LockRefusedException {
    return real.tryAcquire(request, timeout);
  }

  @Override
  public Optional<LockHolder> holder(String name) throws IOException {
    return real.holder(name);
  }

  @Override
  public void close() {
    real.close();
  }
}
