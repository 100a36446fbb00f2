package dev.dibs.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is mounted in our mount namespace, and {@code mount(2)}. */
public final class Mounts {

  private static final int TABLE_BYTES_MAX = 16 * 1024 * 1024;
  private static final int MS_NOSUID = 2;
  private static final int MS_NODEV = 4;
  private static final int MNT_DETACH = 2;
  private static final int UMOUNT_NOFOLLOW = 8;

  private Mounts() {}

  /**
   * What is mounted at a path, the topmost last. Nothing there is touched, so this does not wait
   * for whoever serves it.
   *
   * @param point absolute, without symbolic links
   */
  public static List<MountEntry> at(Path point) throws OsException {
    List<MountEntry> found = new ArrayList<>();
    Optional<byte[]> table = KernelFile.read("/proc/self/mountinfo", TABLE_BYTES_MAX);
    String text = new String(table.orElse(new byte[0]), StandardCharsets.UTF_8);
    for (String line : text.split("\n", -1)) {
      MountEntry.parse(line).filter(e -> e.point().equals(point.toString())).ifPresent(found::add);
    }
    return found;
  }

  /**
   * Mounts a file system, without device files and set-user-id programs.
   *
   * @throws OsException EPERM if we may not
   */
  public static void mount(String source, Path point, String type, String options)
      throws OsException {
    try (Arena memory = Arena.ofConfined()) {
      MemorySegment from = memory.allocateFrom(source);
      MemorySegment kind = memory.allocateFrom(type);
      MemorySegment data = memory.allocateFrom(options);
      long at = Scratch.mine().path(point.toString());
      long result =
          Kernel.call(
              Syscall.MOUNT,
              from.address(),
              at,
              kind.address(),
              MS_NOSUID | MS_NODEV,
              data.address(),
              0);
      if (result < 0) {
        throw OsException.failed("mount", result, point);
      }
    }
  }

  /**
   * Takes the topmost mount off the path at once, though somebody may still have files of it open.
   *
   * @throws OsException EPERM if we may not, EINVAL if nothing is mounted there
   */
  public static void detach(Path point) throws OsException {
    long at = Scratch.mine().path(point.toString());
    long result = Kernel.call(Syscall.UMOUNT2, at, MNT_DETACH | UMOUNT_NOFOLLOW);
    if (result < 0) {
      throw OsException.failed("umount2", result, point);
    }
  }
}
