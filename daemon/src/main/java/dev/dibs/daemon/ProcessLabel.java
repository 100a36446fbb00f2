package dev.dibs.daemon;

import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import java.util.List;

/**
 * What people know a claim's process by, as the operating system tells it now; not escaped.
 *
 * @param pid the holder's; of what a run left behind, that of the first of its processes
 * @param shortName the name given, else the program's
 * @param command the whole command line
 * @param directory its working directory
 */
record ProcessLabel(int pid, String shortName, String command, String directory) {

  private static final String GONE = "(ended)";

  static ProcessLabel of(Claimant claimant) {
    return of(claimant, claimant.pid(), 0);
  }

  /**
   * As above, but a run whose root ended is known by what it left behind.
   *
   * @param own the run's processes
   */
  static ProcessLabel of(Claimant claimant, List<ProcessStat> own) {
    return claimant.phase() == Claimant.Phase.LEFTOVER && !own.isEmpty()
        ? of(claimant, own.getFirst().pid(), own.size() - 1)
        : of(claimant);
  }

  private static ProcessLabel of(Claimant claimant, int pid, int others) {
    List<String> words = commandLine(pid);
    if (claimant.phase() == Claimant.Phase.WAITING) {
      words = LauncherLine.command(words);
    }
    String given = claimant.request().name();
    String command = words.isEmpty() ? GONE : String.join(" ", words);
    String program = words.isEmpty() ? GONE : words.getFirst();
    String shortName = given != null ? given : program.substring(program.lastIndexOf('/') + 1);
    return new ProcessLabel(
        pid,
        shortName,
        others > 0 ? command + " (and " + others + " more)" : command,
        directory(pid));
  }

  /** The command line of a process; empty if it has gone. */
  static List<String> commandLine(int pid) {
    try {
      return Proc.commandLine(pid).orElse(List.of());
    } catch (OsException unreadable) {
      return List.of();
    }
  }

  private static String directory(int pid) {
    try {
      return Proc.directory(pid).orElse("?");
    } catch (OsException unreadable) {
      return "?";
    }
  }
}
