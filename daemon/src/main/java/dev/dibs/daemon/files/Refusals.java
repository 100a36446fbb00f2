package dev.dibs.daemon.files;

import dev.dibs.daemon.loop.Log;
import dev.dibs.protocol.Printable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Why things were refused: an error number can't say it. The last ones can be read as a file; of
 * many at once one goes to the log.
 */
public final class Refusals {

  private static final int KEPT_MAX = 50;
  private static final int NAME_CHARACTERS_MAX = 80;
  private static final long LOGGED_EVERY_MS = 1_000;

  private final Log log;
  private final LongSupplier clockMs;
  private final Deque<String> last = new ArrayDeque<>();
  private long loggedMs = Long.MIN_VALUE / 2;

  public Refusals(Log log, LongSupplier clockMs) {
    this.log = log;
    this.clockMs = clockMs;
  }

  /**
   * Remembers one.
   *
   * @param path what was asked for, below the mount point; one char for each byte
   * @param who the thread or process that asked
   */
  public void add(String path, int who, String why) {
    String line =
        "pid " + who + ", " + Printable.of(path, NAME_CHARACTERS_MAX) + ": " + Printable.of(why);
    if (last.size() == KEPT_MAX) {
      last.removeFirst();
    }
    last.addLast(line);
    if (clockMs.getAsLong() - loggedMs >= LOGGED_EVERY_MS) {
      loggedMs = clockMs.getAsLong();
      log.warn("Refused " + line);
    }
  }

  /** The last ones, oldest first, a line each. */
  String text() {
    return last.isEmpty() ? "" : String.join("\n", last) + "\n";
  }
}
