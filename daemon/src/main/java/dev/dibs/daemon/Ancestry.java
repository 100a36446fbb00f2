package dev.dibs.daemon;

import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import java.util.Optional;
import java.util.Set;

/**
 * Who started a process. Between a run's root and a claim below it there may be a client of the
 * make protocol, whose token covers the claim, or nothing but shells and programs that merely start
 * others, and then no token does. What is not known to be one of these counts as a client: to cover
 * one job too many is less harm than to let a job wait for a token that its own parent holds.
 */
final class Ancestry {

  private static final Set<String> STARTERS =
      Set.of(
          "sh", "dash", "bash", "ash", "busybox", "ksh", "ksh93", "mksh", "zsh", "fish", "tcsh",
          "env", "timeout", "nice", "ionice", "nohup", "setsid", "stdbuf", "time", "xargs",
          "script", "sudo", "su", "runuser", "setpriv", "chrt", "taskset", "flock", "watch",
          "strace");

  /** More levels than any build has. */
  private static final int LEVELS_MAX = 100;

  private Ancestry() {}

  /**
   * Whether anything from the process's parent up to the root, included, may hold tokens for it.
   */
  static boolean hasTokenClient(int pid, int root) throws OsException {
    int ancestor = parent(pid);
    for (int level = 0; level < LEVELS_MAX && ancestor > 1; level++) {
      if (!isStarter(ancestor)) {
        return true;
      }
      if (ancestor == root) {
        return false;
      }
      ancestor = parent(ancestor);
    }
    return false;
  }

  private static int parent(int pid) throws OsException {
    return Proc.stat(pid).map(ProcessStat::parent).orElse(0);
  }

  private static boolean isStarter(int pid) throws OsException {
    Optional<String> program = Proc.executable(pid);
    return program.isPresent()
        && STARTERS.contains(program.get().substring(program.get().lastIndexOf('/') + 1));
  }
}
