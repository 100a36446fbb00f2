package dev.dibs.daemon;

import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import java.util.List;

/**
 * What people know a claim's process by, as the operating system tells it now; not escaped.
 *
 * @param shortName the name given, else the program's
 * @param command the whole command line
 * @param directory its working directory
 */
record ProcessLabel(String shortName, String command, String directory) {

  private static final String GONE = "(ended)";

  static ProcessLabel of(Claimant claimant) {
    List<String> words = commandLine(claimant.pid());
    if (claimant.phase() == Claimant.Phase.WAITING) {
      words = LauncherLine.command(words);
    }
    String given = claimant.request().name();
    String command = words.isEmpty() ? GONE : String.join(" ", words);
    String program = words.isEmpty() ? GONE : words.getFirst();
    String shortName = given != null ? given : program.substring(program.lastIndexOf('/') + 1);
    return new ProcessLabel(shortName, command, directory(claimant.pid()));
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
