package dev.dibs.daemon;

import dev.dibs.host.Lineage;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
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

  private Ancestry() {}

  /**
   * Whether anything from the process's parent up to the root, included, may hold tokens for it.
   */
  static boolean hasTokenClient(int pid, int root) throws OsException {
    for (Lineage way = Lineage.above(pid); way.isAtProcess(); way.climb()) {
      if (!isStarter(way.pid())) {
        return true;
      }
      if (way.pid() == root) {
        return false;
      }
    }
    return false;
  }

  private static boolean isStarter(int pid) throws OsException {
    Optional<String> program = Proc.executable(pid);
    return program.isPresent()
        && STARTERS.contains(program.get().substring(program.get().lastIndexOf('/') + 1));
  }
}
