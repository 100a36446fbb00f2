package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseRequest;
import dev.dibs.host.fuse.FuseRequest.SetAttributes;

/** What {@code >} of a shell and {@code touch} do to a file besides opening it. */
final class Emptying {

  private static final int ELSE =
      SetAttributes.SETS_MODE | SetAttributes.SETS_UID | SetAttributes.SETS_GID;

  private Emptying() {}

  /** Whether a change is nothing but the emptying of a file that is empty, or a new time. */
  static boolean isAll(FuseRequest.SetAttributes change) {
    return !change.sets(ELSE) && (!change.sets(SetAttributes.SETS_SIZE) || change.size() == 0);
  }
}
