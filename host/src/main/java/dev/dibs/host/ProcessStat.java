package dev.dibs.host;

import java.nio.charset.StandardCharsets;

/**
 * What {@code /proc/PID/stat} says of a process or a thread (proc(5)).
 *
 * @param pid its number; a thread's own, if it is one
 * @param name the command's name, at most 15 bytes, of any characters
 * @param state R runs, S sleeps, D waits for a disk, T or t stopped, Z zombie, X dead, I idle
 * @param parent the number of its parent process
 * @param session its session
 * @param cpuTicks processor time that it used, in user and system mode, in clock ticks of 10 ms
 *     (those of a process: of all its threads)
 * @param endedTicks the same of its children that ended and were waited for, and theirs
 * @param startTicks when it started, in clock ticks since boot; with {@code pid} this names a
 *     process for good
 */
public record ProcessStat(
    int pid,
    String name,
    char state,
    int parent,
    int session,
    long cpuTicks,
    long endedTicks,
    long startTicks) {

  /** Length of a clock tick, ms: what {@code /proc} shows is in 1/100 s on every machine. */
  public static final int TICK_MS = 10;

  // Numbered as in proc(5), less the three fields up to the state.
  private static final int PARENT = 4 - 3;
  private static final int SESSION = 6 - 3;
  private static final int USER_TICKS = 14 - 3;
  private static final int SYSTEM_TICKS = 15 - 3;
  private static final int ENDED_USER_TICKS = 16 - 3;
  private static final int ENDED_SYSTEM_TICKS = 17 - 3;
  private static final int START_TICKS = 22 - 3;

  /** Whether it has ended, though its parent has not asked for its status. */
  public boolean isOver() {
    return state == 'Z' || state == 'X' || state == 'x';
  }

  /** Whether it waits for an event, a lock, input or a timer: it neither runs nor does I/O. */
  public boolean isAsleep() {
    return state == 'S' || state == 'I';
  }

  /** Whether the other was read of the same process, and not of a later one of its number. */
  public boolean isSameProcessAs(ProcessStat other) {
    return pid == other.pid && startTicks == other.startTicks;
  }

  /**
   * Reads the file's content.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static ProcessStat parse(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    int nameStart = text.indexOf('(') + 1;
    int nameEnd = text.lastIndexOf(')');
    if (nameStart < 3 || nameEnd < nameStart || nameEnd + 2 >= text.length()) {
      throw new IllegalArgumentException("not the stat of a process: " + text);
    }
    String[] fields = text.substring(nameEnd + 2).split(" ", -1);
    return new ProcessStat(
        Integer.parseInt(text, 0, nameStart - 2, 10),
        new String(content, nameStart, nameEnd - nameStart, StandardCharsets.UTF_8),
        fields[0].charAt(0),
        Integer.parseInt(fields[PARENT]),
        Integer.parseInt(fields[SESSION]),
        Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]),
        Long.parseLong(fields[ENDED_USER_TICKS]) + Long.parseLong(fields[ENDED_SYSTEM_TICKS]),
        Long.parseLong(fields[START_TICKS]));
  }
}
