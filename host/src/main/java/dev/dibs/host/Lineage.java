package dev.dibs.host;

/**
 * A way up from a process to those above it, one at a time, as their parents are now. Process 1 is
 * not on it, for it adopts whoever lost their own; nor what is more than {@link #LEVELS_MAX} above,
 * which no build is.
 *
 * <pre>{@code
 * for (Lineage way = Lineage.above(pid); way.isAtProcess(); way.climb()) { ... way.pid() ... }
 * }</pre>
 */
public final class Lineage {

  /** Most processes on a way. */
  public static final int LEVELS_MAX = 100;

  private int pid;
  private int level;

  private Lineage(int pid) {
    this.pid = pid;
  }

  /** A way that begins with a process itself. */
  public static Lineage from(int pid) {
    return new Lineage(pid);
  }

  /** A way that begins with a process's parent; at nothing if the process has gone. */
  public static Lineage above(int pid) throws OsException {
    return new Lineage(parent(pid));
  }

  /** Whether there is one here; if not, the way is at its end. */
  public boolean isAtProcess() {
    return pid > 1 && level < LEVELS_MAX;
  }

  /** The number of the one here; it may have gone meanwhile. */
  public int pid() {
    return pid;
  }

  /** Goes to the parent of the one here. */
  public void climb() throws OsException {
    pid = parent(pid);
    level++;
  }

  private static int parent(int pid) throws OsException {
    return Proc.stat(pid).map(ProcessStat::parent).orElse(0);
  }
}
