package dev.dibs.systemtests;

/**
 * A start that made more run at once than allowed.
 *
 * @param atNs when, as {@link System#nanoTime} has it
 * @param crowd how many ran then, and which: pid, name, and for how long already
 */
record Excess(long atNs, String crowd) {
  /** Reads a line of the wrapper. */
  static Excess of(String line) {
    int end = line.indexOf(' ');
    return new Excess(Long.parseLong(line.substring(0, end)), line.substring(end + 1));
  }
}
