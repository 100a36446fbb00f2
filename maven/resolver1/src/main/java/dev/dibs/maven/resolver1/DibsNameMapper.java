package dev.dibs.maven.resolver1;

import java.util.Collection;
import java.util.List;
import javax.inject.Named;
import javax.inject.Singleton;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.internal.impl.synccontext.named.GAVNameMapper;
import org.eclipse.aether.internal.impl.synccontext.named.NameMapper;
import org.eclipse.aether.metadata.Metadata;

/**
 * The names of {@code gav} in one text, with newlines between: {@code
 * aether.syncContext.named.nameMapper=dibs}. So they are asked for at once. Maven 3.9 takes lock
 * after lock otherwise, and might wait for a Maven 4 that waits for it, since that takes them in
 * another order.
 */
@Named("dibs")
@Singleton
public final class DibsNameMapper implements NameMapper {

  static final String SEPARATOR = "\n";

  @SuppressWarnings("deprecation") // what stands for it is not in all of 3.9
  private final NameMapper gav = GAVNameMapper.gav();

  @Override
  public boolean isFileSystemFriendly() {
    return false;
  }

  @Override
  public Collection<String> nameLocks(
      RepositorySystemSession session,
      Collection<? extends Artifact> artifacts,
      Collection<? extends Metadata> metadatas) {
    Collection<String> names = gav.nameLocks(session, artifacts, metadatas);
    return names.isEmpty() ? names : List.of(String.join(SEPARATOR, names));
  }
}
