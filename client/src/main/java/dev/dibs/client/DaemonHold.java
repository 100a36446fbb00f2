package dev.dibs.client;

import dev.dibs.locks.HeldLocks;
import dev.dibs.locks.LockMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What one request to the daemon got: claims, its own and such as its thread had before. */
final class DaemonHold implements HeldLocks {

  private final DaemonLocks locks;
  private final Thread owner = Thread.currentThread();
  private final Map<String, LockMode> modes;
  private final Set<String> names;
  private final List<Claim> claims = new ArrayList<>(); // guarded by the books
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile long fence;

  DaemonHold(DaemonLocks locks, Map<String, LockMode> modes) {
    this.locks = locks;
    this.modes = new TreeMap<>(modes);
    this.names = Collections.unmodifiableSet(new TreeMap<>(modes).navigableKeySet());
  }

  Thread owner() {
    return owner;
  }

  List<Claim> claims() {
    return claims;
  }

  /** How it needs a name, null if not at all; under the lock of the books. */
  @Nullable LockMode mode(String name) {
    return modes.get(name);
  }

  /** From now on it needs all shared; under the lock of the books. */
  void share() {
    modes.replaceAll((name, mode) -> LockMode.SHARED);
  }

  /** It has all: to be called before anybody else knows of it. */
  DaemonHold complete() {
    long highest = 0;
    for (Claim claim : claims) { // a stream takes microseconds where nothing is warm
      highest = Math.max(highest, claim.fence());
    }
    fence = highest;
    return this;
  }

  @Override
  public long fence() {
    return fence;
  }

  @Override
  public Set<String> names() {
    return names;
  }

  @Override
  public void downgrade() throws IOException {
    if (closed.get()) {
      throw new IllegalStateException("These locks were given back: " + names);
    }
    locks.downgrade(this);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      locks.end(this);
    }
  }
}
