package dev.dibs.host.fuse;

import dev.dibs.host.DirectoryRefusedException;
import dev.dibs.host.Errno;
import dev.dibs.host.FuseDevice;
import dev.dibs.host.MountEntry;
import dev.dibs.host.Mounts;
import dev.dibs.host.OsException;
import dev.dibs.host.PrivateDirectory;
import dev.dibs.host.Self;
import dev.dibs.host.fuse.FuseUnavailableException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Mounts and unmounts: type {@code fuse.dibs}, source {@code dibs}, for our own user only.
 *
 * <p>Root mounts by {@code mount(2)}; an ordinary user has {@code fusermount3} do it, a program
 * that distributions install with the right to. Nothing here touches the mounted files: that would
 * wait for whoever serves them, who is the caller.
 */
public final class FuseMount {

  private static final String SOURCE = "dibs";
  private static final String SUBTYPE = "dibs";
  private static final String TYPE = "fuse." + SUBTYPE;
  private static final int ROOT = 0;
  private static final int STACKED_MAX = 100;

  private FuseMount() {}

  /**
   * Opens a device for {@link #mount}.
   *
   * @param point where it is to be mounted, for the message
   * @throws FuseUnavailableException NO_DEVICE or DEVICE_REFUSED
   */
  public static FuseDevice openDevice(Path point) throws FuseUnavailableException {
    try {
      return FuseDevice.open();
    } catch (OsException refusal) {
      Reason reason =
          switch (refusal.errno()) {
            case EACCES, EPERM -> Reason.DEVICE_REFUSED;
            case ENOENT, ENODEV, ENXIO -> Reason.NO_DEVICE;
            default -> Reason.FAILED;
          };
      throw new FuseUnavailableException(
          reason, point, why(refusal), FuseUnavailableException.DEVICE_REMEDY);
    }
  }

  /**
   * Mounts, and attaches the device; the first request is {@link FuseRequest.Init}. Blocks for up
   * to 20 s while {@code fusermount3} works.
   *
   * @param device not attached yet
   * @param point made (0700) if it is not there; its parent must be
   * @throws FuseUnavailableException with the reason, and how to mend it
   */
  public static void mount(FuseDevice device, Path point) throws FuseUnavailableException {
    Path place = resolved(point);
    try {
      requireFree(place);
      PrivateDirectory.ensure(place);
      if (Self.effectiveUid() == ROOT) {
        mountAsRoot(device, place);
      } else {
        mountAsUser(device, place);
      }
    } catch (DirectoryRefusedException refusal) {
      throw new FuseUnavailableException(
          Reason.POINT_UNFIT, point, why(refusal), "Builds get a FIFO meanwhile.");
    } catch (OsException refusal) {
      throw failed(point, refusal);
    }
  }

  /**
   * Whether a file system of this type is mounted there, alive or stale.
   *
   * @throws FuseUnavailableException if that can't be found out
   */
  public static boolean isMounted(Path point) throws FuseUnavailableException {
    Path place = resolved(point);
    try {
      return Mounts.at(place).stream().anyMatch(FuseMount::isOurs);
    } catch (OsException refusal) {
      throw failed(point, refusal);
    }
  }

  /**
   * Unmounts what is mounted there of this type, alive or stale, busy or not: who has files of it
   * open keeps them until it closes them, or until nobody serves them. The connection is over when
   * nobody has any; so close your own first.
   *
   * @return how many mounts that were
   * @throws FuseUnavailableException if one can't be unmounted
   */
  public static int clean(Path point) throws FuseUnavailableException {
    Path place = resolved(point);
    try {
      for (int cleaned = 0; cleaned < STACKED_MAX; cleaned++) {
        List<MountEntry> mounted = Mounts.at(place);
        if (mounted.isEmpty() || !isOurs(mounted.getLast())) {
          return cleaned;
        }
        unmount(place);
      }
    } catch (OsException refusal) {
      throw failed(point, refusal);
    }
    throw new FuseUnavailableException(
        Reason.FAILED, point, "more than " + STACKED_MAX + " mounts are stacked there", "BUG.");
  }

  private static void mountAsRoot(FuseDevice device, Path point) throws OsException {
    Mounts.mount(
        SOURCE,
        point,
        TYPE,
        "fd="
            + device.descriptor().number()
            + ",rootmode=40000,user_id=0,group_id=0,max_read="
            + FuseConnection.READ_BYTES_MAX);
  }

  private static void mountAsUser(FuseDevice device, Path point)
      throws OsException, FuseUnavailableException {
    String options =
        "nosuid,nodev,fsname="
            + SOURCE
            + ",subtype="
            + SUBTYPE
            + ",max_read="
            + FuseConnection.READ_BYTES_MAX;
    Fusermount fusermount = fusermount(point);
    try (FuseDevice mounted = fusermount.mount(point, options)) {
      device.attachTo(mounted);
    } catch (OsException notAttached) {
      clean(point);
      throw notAttached;
    }
  }

  private static void unmount(Path point) throws OsException, FuseUnavailableException {
    if (Self.effectiveUid() == ROOT) {
      Mounts.detach(point);
    } else {
      fusermount(point).unmount(point);
    }
  }

  private static Fusermount fusermount(Path point) throws FuseUnavailableException {
    return Fusermount.find()
        .orElseThrow(
            () ->
                new FuseUnavailableException(
                    Reason.NO_FUSERMOUNT,
                    point,
                    "there is no fusermount3, which mounts for ordinary users",
                    "Install the package fuse3."));
  }

  private static void requireFree(Path point) throws OsException, FuseUnavailableException {
    List<MountEntry> mounted = Mounts.at(point);
    if (!mounted.isEmpty()) {
      MountEntry top = mounted.getLast();
      throw new FuseUnavailableException(
          Reason.POINT_TAKEN,
          point,
          top.source() + " (" + top.type() + ") is mounted there",
          "Unmount it, or set DIBS_DIR.");
    }
  }

  private static boolean isOurs(MountEntry entry) {
    return entry.type().equals(TYPE);
  }

  /** The point as the mount table has it; what is mounted there is not looked at. */
  private static Path resolved(Path point) throws FuseUnavailableException {
    Path absolute = point.toAbsolutePath().normalize();
    Path folder = absolute.getParent();
    Path name = absolute.getFileName();
    if (folder == null || name == null) {
      throw new FuseUnavailableException(
          Reason.POINT_UNFIT, point, "it is the root", "Set DIBS_DIR.");
    }
    try {
      return folder.toRealPath().resolve(name);
    } catch (IOException unreachable) {
      throw new FuseUnavailableException(
          Reason.POINT_UNFIT, point, why(unreachable), "Make its folder, or set DIBS_DIR.");
    }
  }

  private static FuseUnavailableException failed(Path point, OsException refusal) {
    boolean notPermitted = refusal.is(Errno.EPERM) || refusal.is(Errno.EACCES);
    return new FuseUnavailableException(
        notPermitted ? Reason.NOT_PERMITTED : Reason.FAILED,
        point,
        why(refusal),
        notPermitted
            ? "A container must be started with CAP_SYS_ADMIN, or builds get a FIFO."
            : "Builds get a FIFO meanwhile.");
  }

  private static String why(IOException refusal) {
    return String.valueOf(refusal.getMessage());
  }
}
