package dev.dibs.daemon.files;

import dev.dibs.core.locks.LockMode;
import org.jspecify.annotations.Nullable;

/** Remembers who holds locks, for a later daemon. */
public interface LockRecords {

  /** One that is remembered. */
  interface Entry {
    /** It is over. */
    void remove();
  }

  /**
   * Remembers a lock, before its holder hears of it.
   *
   * @param lock what is granted
   * @return null if it can't be remembered; then a later daemon does not know of it
   */
  @Nullable Entry add(HeldLock lock);

  /** A number for a holder that was never used, and means no claim either. */
  long newHolder();

  /**
   * A lock that somebody holds.
   *
   * @param holder its number, which is the open file's handle
   * @param pid the process that opened the file; it need not live any more
   * @param request number of the request that opened it
   * @param name one char for each byte
   */
  record HeldLock(long holder, int pid, long request, LockMode mode, String name) {}
}
