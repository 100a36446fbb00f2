package dev.dibs.host.fuse;

import java.io.IOException;
import java.nio.file.Path;

/** There can be no file system; the message says what was tried, why it failed, how to mend it. */
public final class FuseUnavailableException extends IOException {

  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    /** {@code /dev/fuse} is not there, or no driver is behind it. */
    NO_DEVICE,
    /** We may not open {@code /dev/fuse}. */
    DEVICE_REFUSED,
    /** There is no {@code fusermount3}, which an ordinary user needs. */
    NO_FUSERMOUNT,
    /** The kernel or {@code fusermount3} does not let us mount, or unmount. */
    NOT_PERMITTED,
    /** Something else is mounted at the mount point. */
    POINT_TAKEN,
    /** The mount point can't be made, is no directory, or not ours. */
    POINT_UNFIT,
    /** {@code fusermount3} did not end in time. */
    TOO_SLOW,
    /** Anything else. */
    FAILED
  }

  private final Reason reason;

  static final String DEVICE_REMEDY =
      "As root: modprobe fuse, and chmod 666 /dev/fuse; start a container with --device /dev/fuse.";

  FuseUnavailableException(Reason reason, Path point, String why, String remedy) {
    super("No file system at " + point + ": " + why + ". " + remedy);
    this.reason = reason;
  }

  /** Why there can be none. */
  public Reason reason() {
    return reason;
  }
}
