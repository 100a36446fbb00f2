package dev.dibs.maven.resolver2;

import dev.dibs.maven.MavenLocks;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.inject.Named;
import javax.inject.Singleton;
import org.eclipse.aether.named.NamedLock;
import org.eclipse.aether.named.NamedLockKey;
import org.eclipse.aether.named.support.NamedLockFactorySupport;
import org.eclipse.aether.named.support.NamedLockSupport;

/**
 * Locks between all processes of the machine: {@code aether.syncContext.named.factory=dibs}.
 * Several keys are locked all or none.
 */
@Named("dibs")
@Singleton
public final class DibsLockFactory extends NamedLockFactorySupport {

  private static final String SEPARATOR = "\n"; // of names in the key of several

  private final MavenLocks locks = new MavenLocks();

  @Override
  protected NamedLock doGetLock(Collection<NamedLockKey> keys) {
    NamedLockKey key = keys.size() == 1 ? keys.iterator().next() : joined(keys);
    return getLockAndRefTrack(key, () -> createLock(key));
  }

  private static NamedLockKey joined(Collection<NamedLockKey> keys) {
    Set<String> names = new TreeSet<>();
    keys.forEach(key -> names.add(key.name()));
    List<String> resources = keys.stream().flatMap(key -> key.resources().stream()).toList();
    return NamedLockKey.of(String.join(SEPARATOR, names), resources);
  }

  @Override
  protected NamedLockSupport createLock(NamedLockKey key) {
    return new DibsLock(key, this, locks.forNames(List.of(key.name().split(SEPARATOR, -1))));
  }

  @Override
  protected void doShutdown() {
    locks.close();
  }
}
