package dev.dibs.host.fuse;

import dev.dibs.host.fuse.FuseUnavailableException.Reason;
import java.nio.file.Path;

/** What the complaints of {@code fusermount3} mean, and how to mend it. */
enum FusermountFailure {
  DEVICE_MISSING("fuse device not found", Reason.NO_DEVICE, FuseUnavailableException.DEVICE_REMEDY),
  DEVICE_CLOSED(
      "failed to open /dev/fuse", Reason.DEVICE_REFUSED, FuseUnavailableException.DEVICE_REMEDY),
  TOO_MANY(
      "too many FUSE filesystems",
      Reason.NOT_PERMITTED,
      "Unmount what is not needed, or raise mount_max in /etc/fuse.conf."),
  NOT_WRITABLE(
      "user has no write access", Reason.POINT_UNFIT, "Set DIBS_DIR to a directory of your own."),
  POINT_TYPE(
      "mounting over filesystem type",
      Reason.POINT_UNFIT,
      "Set DIBS_DIR to a directory on another file system."),
  NOT_PERMITTED(
      "not permitted",
      Reason.NOT_PERMITTED,
      "It must belong to root and be set-user-id (chmod u+s), and a container must allow mounts.");

  /** What is left of all others. */
  private static final String UNKNOWN_REMEDY =
      "Try the same command by hand; builds get a FIFO meanwhile.";

  private final String words;
  private final Reason reason;
  private final String remedy;

  FusermountFailure(String words, Reason reason, String remedy) {
    this.words = words;
    this.reason = reason;
    this.remedy = remedy;
  }

  /** The exception for a complaint. */
  static FuseUnavailableException of(String text, Path point, String why) {
    for (FusermountFailure failure : values()) {
      if (text.contains(failure.words)) {
        return new FuseUnavailableException(failure.reason, point, why, failure.remedy);
      }
    }
    return new FuseUnavailableException(Reason.FAILED, point, why, UNKNOWN_REMEDY);
  }
}
