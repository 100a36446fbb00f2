package dev.dibs.daemon.files;

import org.jspecify.annotations.Nullable;

/** Remembers nodes by their paths, for a later daemon. */
public interface NodeRecords {

  /** One that is remembered. */
  interface Entry {
    /** It need not be remembered any more. */
    void remove();
  }

  /**
   * Remembers one.
   *
   * @return null if it can't be
   */
  @Nullable Entry add(long number, String path);
}
