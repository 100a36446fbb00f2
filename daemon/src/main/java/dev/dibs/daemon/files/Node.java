package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseRequest;
import org.jspecify.annotations.Nullable;

/** What a name leads to. Its number never means anything else, also not to a later daemon. */
public sealed interface Node permits Folder, FileNode {

  /** Its number, of {@link NodeNumbers}; not 0. */
  default long number() {
    return attributes().number();
  }

  /** Its attributes as of now; cheap, for every lookup asks. */
  FuseAttributes attributes();

  /**
   * How long the kernel may take the name for this node without asking again, for any process, s.
   */
  default int nameValidS() {
    return 0;
  }

  /**
   * Whether these attributes may be set, to no effect. What sets a size of 0 belongs to {@code >}
   * of a shell, which should work wherever opening for writing does.
   */
  default boolean permits(FuseRequest.SetAttributes change) {
    return false;
  }

  /**
   * Whether the table of nodes may drop it when there are too many; who still has it gets ESTALE,
   * whereupon the kernel looks the name up again. If not, it stays until the kernel forgets it.
   */
  default boolean isReplaceable() {
    return true;
  }

  /**
   * Its path below the mount point, by which a later daemon finds it again; null if its number says
   * all.
   */
  default @Nullable String path() {
    return null;
  }

  /** It left the table: the kernel forgot it, or there were too many. */
  default void forgotten() {}
}
