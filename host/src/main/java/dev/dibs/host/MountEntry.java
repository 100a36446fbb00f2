package dev.dibs.host;

import java.util.Arrays;
import java.util.Optional;

/**
 * Something that is mounted, from a line of {@code /proc/PID/mountinfo} (proc(5)):
 *
 * <pre>{@code
 * 61 28 0:52 / /run/user/7/dibs/fs rw,nosuid,nodev - fuse.dibs dibs rw,user_id=7,group_id=7
 *              point                                 type      source
 * }</pre>
 *
 * @param point where; below a symbolic link it is where that leads to
 * @param type the file system's
 * @param source what is mounted
 */
public record MountEntry(String point, String type, String source) {

  private static final int POINT = 4;
  private static final int TYPE_AFTER_DASH = 1;
  private static final int SOURCE_AFTER_DASH = 2;

  /** The mount that a line tells of, if it is such a line. */
  static Optional<MountEntry> parse(String line) {
    String[] fields = line.split(" ", -1);
    int dash = Arrays.asList(fields).indexOf("-");
    if (dash <= POINT || dash + SOURCE_AFTER_DASH >= fields.length) {
      return Optional.empty();
    }
    return Optional.of(
        new MountEntry(
            plain(fields[POINT]),
            plain(fields[dash + TYPE_AFTER_DASH]),
            plain(fields[dash + SOURCE_AFTER_DASH])));
  }

  /** Undoes the octal escapes of blanks and backslashes. */
  static String plain(String field) {
    return field
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
