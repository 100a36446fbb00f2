package dev.dibs.host;

import java.util.Arrays;
import java.util.Optional;

/**
 * Where a cgroup hierarchy with a controller can be seen, from a line of {@code
 * /proc/PID/mountinfo} (proc(5)):
 *
 * <pre>{@code
 * 32 31 0:29 /docker/4f2 /sys/fs/cgroup/cpu ro,nosuid - cgroup cgroup rw,cpu,cpuacct
 *            root        point                        type          options
 * }</pre>
 *
 * @param unified whether it is v2's only hierarchy; else v1's with the controller
 * @param root the cgroup that is mounted: often not the hierarchy's own root in a container
 * @param point where it is mounted
 */
record CgroupMount(boolean unified, String root, String point) {

  private static final int ROOT = 3;
  private static final int POINT = 4;
  private static final int TYPE_AFTER_DASH = 1;
  private static final int OPTIONS_AFTER_DASH = 3;

  /** The mount that a line tells of, if it is such a one. */
  static Optional<CgroupMount> parse(String line, String controller) {
    String[] fields = line.split(" ", -1);
    int dash = Arrays.asList(fields).indexOf("-");
    if (dash <= POINT || dash + OPTIONS_AFTER_DASH >= fields.length) {
      return Optional.empty();
    }
    String type = fields[dash + TYPE_AFTER_DASH];
    boolean unified = type.equals("cgroup2");
    boolean has = type.equals("cgroup") && isIn(controller, fields[dash + OPTIONS_AFTER_DASH]);
    return unified || has
        ? Optional.of(
            new CgroupMount(
                unified, MountEntry.plain(fields[ROOT]), MountEntry.plain(fields[POINT])))
        : Optional.empty();
  }

  /** Whether the cgroup of this path is below the one that is mounted, or is it. */
  boolean shows(String cgroup) {
    return !cgroup.contains("/..")
        && (root.equals("/") || cgroup.equals(root) || cgroup.startsWith(root + "/"));
  }

  /** What to add to {@link #point} for a cgroup that it shows: empty, or {@code /a/b}. */
  String below(String cgroup) {
    String below = root.equals("/") ? cgroup : cgroup.substring(root.length());
    return below.equals("/") ? "" : below;
  }

  /** Whether {@code word} is in a list with commas. */
  static boolean isIn(String word, String list) {
    return Arrays.asList(list.split(",", -1)).contains(word);
  }
}
