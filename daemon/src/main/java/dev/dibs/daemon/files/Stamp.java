package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseAttributes;

/**
 * What all nodes' attributes have in common.
 *
 * @param uid the owner: the daemon's user
 * @param gid its group
 * @param changedS when they are said to have been changed last, s since 1970
 */
public record Stamp(int uid, int gid, long changedS) {

  /** How long the kernel may keep what never changes, s: as long as it likes. */
  static final int FOR_EVER_S = 1_000_000;

  private static final int FOLDER_MODE = 0500;

  /** A file whose size is not said: it is found by reading, as of files in {@code /proc}. */
  FuseAttributes file(long number, int permissions) {
    return FuseAttributes.file(number, permissions, uid, gid).withChangedS(changedS);
  }

  FuseAttributes folder(long number) {
    return FuseAttributes.folder(number, FOLDER_MODE, uid, gid).withChangedS(changedS);
  }
}
