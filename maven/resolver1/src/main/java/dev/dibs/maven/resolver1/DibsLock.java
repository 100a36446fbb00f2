package dev.dibs.maven.resolver1;

import dev.dibs.locks.LockMode;
import dev.dibs.maven.HeldByThreads;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.eclipse.aether.named.support.LockUpgradeNotSupportedException;
import org.eclipse.aether.named.support.NamedLockFactorySupport;
import org.eclipse.aether.named.support.NamedLockSupport;

/** A lock as Maven's resolver wants it. */
final class DibsLock extends NamedLockSupport {

  private final HeldByThreads names;

  DibsLock(String name, NamedLockFactorySupport factory, HeldByThreads names) {
    super(name, factory);
    this.names = names;
  }

  @Override
  protected boolean doLockShared(long time, TimeUnit unit) throws InterruptedException {
    return lock(LockMode.SHARED, time, unit);
  }

  @Override
  protected boolean doLockExclusively(long time, TimeUnit unit) throws InterruptedException {
    return lock(LockMode.EXCLUSIVE, time, unit);
  }

  private boolean lock(LockMode mode, long time, TimeUnit unit) throws InterruptedException {
    try {
      return names.lock(mode, time, unit, () -> new LockUpgradeNotSupportedException(this));
    } catch (IllegalStateException | UncheckedIOException noLocks) {
      logger.error(noLocks.getMessage()); // some versions of Maven hide what is thrown
      throw noLocks;
    }
  }

  @Override
  protected void doUnlock() {
    names.unlock();
  }
}
