package dev.dibs.host;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whether somebody froze a process by its cgroup. In v2's hierarchy such a process counts as
 * asleep; v1's freezer makes it wait as for a disk ({@link ProcessStat}), so it needs no look.
 */
public final class CgroupFreezer {

  private static final int FILE_BYTES_MAX = 4 * 1024 * 1024;
  private static final String UNIFIED = "0::";

  private final Optional<CgroupMount> mount;

  private CgroupFreezer(Optional<CgroupMount> mount) {
    this.mount = mount;
  }

  /** Finds v2's hierarchy, as it is mounted now. */
  public static CgroupFreezer find() throws OsException {
    return new CgroupFreezer(
        line("/proc/self/mountinfo", line -> isUnified(parse(line))).flatMap(CgroupFreezer::parse));
  }

  /** Whether the process is frozen now; false if it is gone or v2's hierarchy is not mounted. */
  public boolean holds(int pid) throws OsException {
    Optional<String> cgroup =
        line("/proc/" + pid + "/cgroup", line -> line.startsWith(UNIFIED))
            .map(line -> line.substring(UNIFIED.length()));
    if (cgroup.isEmpty() || mount.isEmpty() || !mount.get().shows(cgroup.get())) {
      return false;
    }
    String folder = mount.get().point() + mount.get().below(cgroup.get());
    return line(folder + "/cgroup.events", line -> line.equals("frozen 1")).isPresent();
  }

  private static Optional<CgroupMount> parse(String line) {
    return CgroupMount.parse(line, "freezer");
  }

  private static boolean isUnified(Optional<CgroupMount> mount) {
    return mount.isPresent() && mount.get().unified();
  }

  /** The first line of a file that is wanted. */
  private static Optional<String> line(String path, Predicate<String> wanted) throws OsException {
    return KernelFile.read(path, FILE_BYTES_MAX)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .flatMap(text -> text.lines().filter(wanted).findFirst());
  }
}
