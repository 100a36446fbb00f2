package dev.dibs.locks;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A fault: who holds a lock for longer than usual is taken for dead. */
final class ImpatientLocks extends ForwardingLocks {

  private static final Duration PATIENCE = Duration.ofMillis(30);

  ImpatientLocks(Locks real) {
    super(real);
  }

  /** Waits, but not for ever; then it takes another lock for this one. */
  @Override
  public HeldLocks acquire(LockRequest request)
      throws IOException, InterruptedException, LockRefusedException {
    Optional<HeldLocks> held = real.tryAcquire(request, PATIENCE);
    return held.isPresent() ? held.get() : real.acquire(LockRequest.exclusive("another"));
  }
}
