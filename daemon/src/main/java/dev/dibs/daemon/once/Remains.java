package dev.dibs.daemon.once;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OsException;
import dev.dibs.host.Pidfd;
import dev.dibs.host.Proc;
import dev.dibs.host.Self;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;

/**
 * Ends what is left of a run whose runner was killed, before another one begins: whoever has the
 * run's life FIFO open, and whoever has its name in {@code DIBS_ONCE}. First asked to end, then
 * killed; looked for until two looks in a row find nobody, since somebody may fork meanwhile.
 * Whoever closed the FIFO and cleared the environment is not found.
 */
public final class Remains {

  /** Names of the runs that a process is in, with colons between. */
  public static final String VARIABLE = "DIBS_ONCE";

  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  /** How long they have to end by themselves, ms. */
  private static final long GRACE_MS = 2_000;

  private static final long LOOK_EVERY_MS = 20;
  private static final long LOOK_SELDOM_MS = 500;
  private static final int LOOKS_AFTER = 1;

  private final OnceFolder folder;
  private final String name;
  private final EventLoop loop;
  private final Log log;
  private final Runnable ended;
  private final long startedMs;
  private int emptyLooks;
  private boolean asked;

  private Remains(OnceFolder folder, String name, EventLoop loop, Log log, Runnable ended) {
    this.folder = folder;
    this.name = name;
    this.loop = loop;
    this.log = log;
    this.ended = ended;
    this.startedMs = loop.nowMs();
  }

  /**
   * Begins to end them; returns at once.
   *
   * @param ended called by the loop when nothing is left, however long that takes
   */
  public static void end(OnceFolder folder, String name, EventLoop loop, Log log, Runnable ended) {
    new Remains(folder, name, loop, log, ended).look();
  }

  private void look() {
    int[] left = left();
    if (left.length == 0 && ++emptyLooks > LOOKS_AFTER) {
      ended.run();
      return;
    }
    if (left.length > 0) {
      emptyLooks = 0;
      signal(left);
    }
    loop.after(isLate(2 * GRACE_MS) ? LOOK_SELDOM_MS : LOOK_EVERY_MS, this::look);
  }

  private boolean isLate(long ms) {
    return loop.nowMs() - startedMs > ms;
  }

  private int[] left() {
    try {
      long life = lifeInode();
      return Arrays.stream(Proc.pids())
          .filter(pid -> pid > 1 && pid != Self.pid() && isOfRun(pid, life))
          .toArray();
    } catch (IOException failure) {
      log.warn("What is left of run " + name + " can't be seen: " + failure);
      return new int[] {0};
    }
  }

  private long lifeInode() throws IOException {
    return Files.exists(folder.life())
        ? ((Number) Files.getAttribute(folder.life(), "unix:ino")).longValue()
        : 0;
  }

  private boolean isOfRun(int pid, long life) {
    try {
      return !Proc.stat(pid).map(dev.dibs.host.ProcessStat::isOver).orElse(true)
          && (hasOpen(pid, life) || names(pid));
    } catch (OsException notOurs) {
      return false;
    }
  }

  private boolean hasOpen(int pid, long life) throws OsException {
    return life != 0
        && Proc.inodesBelow(pid, folder.path().toString(), Proc.Access.ANY).contains(life);
  }

  private boolean names(int pid) throws OsException {
    return Proc.environment(pid)
        .flatMap(environment -> environment.get(VARIABLE))
        .filter(runs -> List.of(runs.split(":")).contains(name))
        .isPresent();
  }

  /** Only who still is of the run, which is looked at once it can't be another. */
  private void signal(int[] pids) {
    boolean kill = isLate(GRACE_MS);
    if (asked && !kill) {
      return;
    }
    asked = true;
    for (int pid : pids) {
      try (Pidfd process = Pidfd.open(pid)) {
        if (isOfRun(pid, lifeInode())) {
          process.signal(kill ? SIGKILL : SIGTERM);
        }
      } catch (IOException gone) {
        // It ended by itself.
      }
    }
  }
}
