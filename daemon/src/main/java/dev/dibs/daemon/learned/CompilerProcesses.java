package dev.dibs.daemon.learned;

import dev.dibs.core.history.Ending;
import dev.dibs.host.OsException;
import dev.dibs.host.Pidfd;
import dev.dibs.host.Proc;
import java.util.List;
import java.util.OptionalInt;

/** What {@link CompilerUnits} must know of a process besides what the table of all says. */
public interface CompilerProcesses {

  /** Its command and arguments; empty if it has gone or is not ours to look at. */
  List<String> commandLine(int pid);

  /** The most memory that it ever had in use, MiB; 0 if it has gone. */
  int peakMib(int pid);

  /** Takes hold of one, to learn how it ends. */
  Hold hold(int pid);

  /** A hold on a process. */
  interface Hold extends AutoCloseable {

    /** How it ended, as far as the kernel tells those who are not its parent. */
    Ending ending();

    @Override
    void close();
  }

  /** Those of this machine. */
  static CompilerProcesses ofMachine() {
    return new OfMachine();
  }

  /** Those of this machine; whoever can't be seen has gone. */
  final class OfMachine implements CompilerProcesses {
    private static final long MIB = 1024 * 1024;

    private OfMachine() {}

    @Override
    public List<String> commandLine(int pid) {
      try {
        return Proc.commandLine(pid).orElse(List.of());
      } catch (OsException gone) {
        return List.of();
      }
    }

    @Override
    public int peakMib(int pid) {
      try {
        return (int) Math.min(Integer.MAX_VALUE, Proc.peakBytes(pid).orElse(0) / MIB);
      } catch (OsException gone) {
        return 0;
      }
    }

    @Override
    public Hold hold(int pid) {
      try {
        return new Held(Pidfd.open(pid));
      } catch (OsException goneOrTooMany) {
        return new Unknown();
      }
    }
  }

  /** A process of which we have a descriptor. */
  record Held(Pidfd process) implements Hold {
    @Override
    public Ending ending() {
      try {
        OptionalInt status = process.exitStatus();
        return status.isEmpty()
            ? Ending.UNKNOWN
            : status.getAsInt() == 0 ? Ending.DONE : Ending.FAILED;
      } catch (OsException untold) {
        return Ending.UNKNOWN;
      }
    }

    @Override
    public void close() {
      process.close();
    }
  }

  /** A process that nobody holds. */
  record Unknown() implements Hold {
    @Override
    public Ending ending() {
      return Ending.UNKNOWN;
    }

    @Override
    public void close() {}
  }
}
