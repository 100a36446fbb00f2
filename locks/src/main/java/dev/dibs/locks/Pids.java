package dev.dibs.locks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Whether processes are there still, by {@code /proc} where there is one (proc_pid_stat(5)), else
 * by {@link ProcessHandle}.
 */
final class Pids {

  /** What can be said of a process. Only {@code GONE} is for ever. */
  enum State {
    ALIVE,
    GONE,
    UNKNOWN
  }

  private static final int STATE = 0;
  private static final int START = 19; // of the fields behind the command's name

  private Pids() {}

  /** What can be said here of a process that stands in a record. */
  static State state(ProcessIdentity process, ProcessIdentity own) {
    if (own.sharesPidsWith(process)) {
      return byProc(process);
    }
    boolean noNamespaces =
        own.boot().equals(process.boot()) && own.start() == 0 && process.start() == 0;
    return noNamespaces ? byHandle(process) : State.UNKNOWN;
  }

  /** The pid may be another process's by now, so that it is in use says nothing. */
  private static State byHandle(ProcessIdentity process) {
    boolean linux = Files.exists(Path.of("/proc")); // which shows too little, so pids say nothing
    return !linux && ProcessHandle.of(process.pid()).isEmpty() ? State.GONE : State.UNKNOWN;
  }

  private static State byProc(ProcessIdentity process) {
    try {
      List<String> fields = fields(process.pid());
      if (Long.parseLong(fields.get(START)) != process.start()) {
        return State.GONE;
      }
      // A process of which the first thread has ended looks like a dead one while others go on.
      return "ZXx".contains(fields.get(STATE)) ? State.UNKNOWN : State.ALIVE;
    } catch (NoSuchFileException gone) {
      return State.GONE;
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException unclear) {
      return State.UNKNOWN; // read while it went, too
    }
  }

  /** When a process was started, in ticks since the boot; empty if that can't be read. */
  static OptionalLong startOf(long pid) {
    try {
      return OptionalLong.of(Long.parseLong(fields(pid).get(START)));
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException unclear) {
      return OptionalLong.empty();
    }
  }

  /**
   * Whether {@code /proc} may hide processes that live (its option hidepid), or can't be trusted.
   */
  static boolean mayBeHidden() {
    try {
      return Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1)
          .contains("hidepid=");
    } catch (IOException unclear) {
      return true;
    }
  }

  /** The command's name, in parentheses, may have any character in it, parentheses too. */
  private static List<String> fields(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
    return List.of(stat.substring(stat.lastIndexOf(')') + 1).strip().split(" "));
  }
}
