package dev.dibs.host;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cgroups that bind a process with one controller: its own and all above it, as far as they are
 * mounted, in v2's hierarchy and in v1's of that controller. A hybrid system has both; the files of
 * the one without the controller are not there.
 */
final class CgroupAncestry {

  private static final int FILE_BYTES_MAX = 4 * 1024 * 1024;

  private final String root;
  private final String controller;
  private final List<CgroupMount> mounts = new ArrayList<>();
  private final List<Cgroup> found = new ArrayList<>();

  private CgroupAncestry(String root, String controller) {
    this.root = root;
    this.controller = controller;
  }

  /**
   * Finds them; of each hierarchy the process's own cgroup comes first. None if the process has
   * gone.
   *
   * @param root what to put before {@code /proc} and before mount points: empty on a real system
   * @param controller v1's name of it, such as {@code cpu}
   */
  static List<Cgroup> of(String root, int pid, String controller) throws OsException {
    CgroupAncestry ancestry = new CgroupAncestry(root, controller);
    for (String line : ancestry.lines("/proc/" + pid + "/mountinfo")) {
      CgroupMount.parse(line, controller).ifPresent(ancestry.mounts::add);
    }
    for (String line : ancestry.lines("/proc/" + pid + "/cgroup")) {
      ancestry.addMembership(line);
    }
    return ancestry.found;
  }

  /** Follows one line {@code ID:CONTROLLERS:PATH}; v2's has no controllers. */
  private void addMembership(String line) {
    String[] fields = line.split(":", 3);
    if (fields.length < 3) {
      return;
    }
    boolean unified = fields[1].isEmpty();
    if (unified || CgroupMount.isIn(controller, fields[1])) {
      addAncestry(unified, fields[2]);
    }
  }

  private void addAncestry(boolean unified, String cgroup) {
    Optional<CgroupMount> showing = firstMount(unified, cgroup);
    if (showing.isPresent()) {
      addUpwards(showing.get(), showing.get().below(cgroup));
      return;
    }
    // A container's own name for its cgroup may not match its mount; then the mounted cgroup is
    // the nearest ancestor that can be seen.
    Optional<CgroupMount> any = mounts.stream().filter(m -> m.unified() == unified).findFirst();
    if (any.isPresent()) {
      addUpwards(any.get(), "");
    }
  }

  private Optional<CgroupMount> firstMount(boolean unified, String cgroup) {
    return mounts.stream()
        .filter(mount -> mount.unified() == unified && mount.shows(cgroup))
        .findFirst();
  }

  private void addUpwards(CgroupMount mount, String below) {
    String rest = below;
    while (true) {
      found.add(cgroupAt(mount, rest));
      if (rest.isEmpty()) {
        return;
      }
      rest = rest.substring(0, Math.max(rest.lastIndexOf('/'), 0));
    }
  }

  private Cgroup cgroupAt(CgroupMount mount, String below) {
    String name = mount.root().equals("/") ? (below.isEmpty() ? "/" : below) : mount.root() + below;
    return new Cgroup(mount.unified(), name, root + mount.point() + below);
  }

  private List<String> lines(String path) throws OsException {
    return KernelFile.read(root + path, FILE_BYTES_MAX)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .orElse("")
        .lines()
        .toList();
  }
}
