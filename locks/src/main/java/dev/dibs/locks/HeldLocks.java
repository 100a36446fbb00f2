package dev.dibs.locks;

import java.io.IOException;
import java.util.Set;

/** What one request got, held until {@link #close}, which any thread may call. */
public interface HeldLocks extends AutoCloseable {

  /**
   * The fencing number of this grant: greater than that of any earlier grant of the same lock
   * directory. Whoever commits what was done under the lock can refuse a number that is lower than
   * one it has seen.
   */
  long fence();

  /** The names, sorted. */
  Set<String> names();

  /**
   * From now on all names are held shared, without being free in between. What the same thread
   * holds exclusively by another request as well stays so.
   *
   * @throws IOException if the kernel refuses; the names are held exclusively still
   * @throws IllegalStateException if this was closed
   */
  void downgrade() throws IOException;

  /** Gives all names back; more than once does nothing more. Never blocks for long. */
  @Override
  void close();
}
