package dev.dibs.daemon.locks;

import dev.dibs.locks.Fence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The fencing numbers of a lock directory. While they are damaged nobody has one, and so nobody a
 * lock; but each time it is looked whether they were mended.
 */
public final class DirectoryFences implements Fences {

  private final Path locks;
  private @Nullable Fence fence;

  /**
   * @param locks the directory, which need not be there yet
   */
  public DirectoryFences(Path locks) {
    this.locks = locks;
  }

  @Override
  public long next() throws IOException {
    Fence open = fence;
    if (open == null) {
      open = Fence.of(locks, Instant.now());
    }
    fence = null; // if it is damaged
    long number = open.next();
    fence = open;
    return number;
  }
}
