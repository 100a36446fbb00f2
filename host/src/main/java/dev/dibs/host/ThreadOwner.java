package dev.dibs.host;

import java.nio.charset.StandardCharsets;

/**
 * The process that a thread belongs to.
 *
 * @param pid its number
 * @param parent its parent's; 0 if that is outside of our pid namespace
 */
public record ThreadOwner(int pid, int parent) {

  /**
   * Reads {@code /proc/TID/status} (proc(5)).
   *
   * @throws IllegalArgumentException if it is something else
   */
  static ThreadOwner parse(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    return new ThreadOwner(number(text, "\nTgid:\t"), number(text, "\nPPid:\t"));
  }

  private static int number(String text, String label) {
    int at = text.indexOf(label);
    int end = text.indexOf('\n', at + 1);
    if (at < 0 || end < 0) {
      throw new IllegalArgumentException("not the status of a thread: no" + label.strip());
    }
    return Integer.parseInt(text, at + label.length(), end, 10);
  }
}
