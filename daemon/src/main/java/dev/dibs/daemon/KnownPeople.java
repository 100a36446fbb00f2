package dev.dibs.daemon;

import dev.dibs.daemon.locks.People;
import dev.dibs.daemon.status.Homes;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import java.util.List;

/** Processes as {@code /proc} shows them now. */
final class KnownPeople implements People {

  private static final String HOME = System.getProperty("user.home", "");

  @Override
  public Person of(int pid) {
    List<String> words = LauncherLine.command(ProcessLabel.commandLine(pid));
    String command = words.isEmpty() ? "ended" : String.join(" ", words);
    return new Person(pid, command, Homes.shorten(directory(pid), HOME));
  }

  private static String directory(int pid) {
    try {
      return Proc.directory(pid).orElse("?");
    } catch (OsException unreadable) {
      return "?";
    }
  }
}
