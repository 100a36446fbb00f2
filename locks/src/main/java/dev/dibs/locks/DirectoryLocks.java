package dev.dibs.locks;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** {@link Locks} of a lock directory. */
final class DirectoryLocks implements Locks {

  private final JvmLocks locks;
  private final Set<Held> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  DirectoryLocks(JvmLocks locks) {
    this.locks = locks;
  }

  @Override
  public HeldLocks acquire(LockRequest request)
      throws IOException, InterruptedException, LockRefusedException {
    while (true) {
      Held held = take(request, Deadline.never());
      if (held != null) {
        return held;
      }
    }
  }

  @Override
  public Optional<HeldLocks> tryAcquire(LockRequest request, Duration timeout)
      throws IOException, InterruptedException, LockRefusedException {
    return Optional.ofNullable(take(request, Deadline.after(timeout)));
  }

  private @Nullable Held take(LockRequest request, Deadline deadline)
      throws IOException, InterruptedException, LockRefusedException {
    refuseIfClosed();
    JvmLocks.Taken taken = locks.take(request, deadline);
    return taken == null ? null : remember(new Held(request.names().keySet(), taken));
  }

  private Held remember(Held held) {
    open.add(held);
    if (closed) {
      held.close();
      refuseIfClosed();
    }
    return held;
  }

  private void refuseIfClosed() {
    if (closed) {
      throw new IllegalStateException("These locks are closed");
    }
  }

  @Override
  public Optional<LockHolder> holder(String name) {
    return locks.directory().holder(name);
  }

  @Override
  public void close() {
    closed = true;
    open.forEach(Held::close);
  }

  private final class Held implements HeldLocks {

    private final Set<String> names;
    private final JvmLocks.Taken taken;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean given;

    Held(Set<String> names, JvmLocks.Taken taken) {
      this.names = names;
      this.taken = taken;
    }

    @Override
    public long fence() {
      return taken.fence();
    }

    @Override
    public Set<String> names() {
      return names;
    }

    @Override
    public void downgrade() throws IOException {
      lock.lock();
      try {
        if (given) {
          throw new IllegalStateException("These locks were given back");
        }
        taken.downgrade();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (!given) {
          given = true;
          taken.release();
          open.remove(this);
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
