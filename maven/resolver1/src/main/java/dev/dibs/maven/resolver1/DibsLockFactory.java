package dev.dibs.maven.resolver1;

import dev.dibs.maven.MavenLocks;
import java.util.Arrays;
import javax.inject.Named;
import javax.inject.Singleton;
import org.eclipse.aether.named.support.NamedLockFactorySupport;
import org.eclipse.aether.named.support.NamedLockSupport;

/**
 * Locks between all processes of the machine: {@code aether.syncContext.named.factory=dibs}. A name
 * may be several, with newlines between ({@link DibsNameMapper}): they are locked all or none.
 */
@Named("dibs")
@Singleton
public final class DibsLockFactory extends NamedLockFactorySupport {

  private final MavenLocks locks = new MavenLocks();

  @Override
  protected NamedLockSupport createLock(String name) {
    return new DibsLock(
        name, this, locks.forNames(Arrays.asList(name.split(DibsNameMapper.SEPARATOR, -1))));
  }

  @Override
  public void shutdown() {
    locks.close();
  }
}
