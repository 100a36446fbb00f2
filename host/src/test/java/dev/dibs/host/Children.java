package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Real processes for a test, which {@link #end} with it. */
public final class Children {

  private static final int SIGKILL = 9;
  private static final int WAIT_MS_MAX = 20_000;

  private final List<Process> started = new ArrayList<>();

  /** Starts a command; when this returns, the command's own program runs. */
  public Process start(String... command) throws IOException {
    return start(new ProcessBuilder(command));
  }

  public Process start(ProcessBuilder builder) throws IOException {
    Process child = builder.start();
    started.add(child);
    return child;
  }

  /** Waits until a process, whoever's child it is, has ended. */
  public static void awaitEnd(int pid) throws IOException {
    try (Pidfd pidfd = Pidfd.open(pid);
        Epoll epoll = Epoll.create(1)) {
      epoll.add(pidfd.descriptor(), Epoll.IN, 0);
      assertThat(epoll.await(WAIT_MS_MAX)).as("pid %d has ended", pid).isOne();
    }
  }

  /** Waits until a process runs the program of this name. */
  public static void awaitName(int pid, String name) throws OsException {
    long deadlineMs = Self.monotonicMs() + WAIT_MS_MAX;
    while (Proc.stat(pid).filter(stat -> stat.name().equals(name)).isEmpty()) {
      assertThat(Self.monotonicMs()).as("pid %d runs %s", pid, name).isLessThan(deadlineMs);
      Thread.onSpinWait();
    }
  }

  /** The number of a process that has gone. */
  public int gone() throws IOException, InterruptedException {
    Process child = start("true");
    child.waitFor();
    return (int) child.pid();
  }

  public static int pid(Process child) {
    return Math.toIntExact(child.pid());
  }

  /** Kills what was started, and what that started. */
  public void end() throws IOException, InterruptedException {
    ProcessTable table = ProcessTable.read();
    for (Process child : started) {
      child.destroyForcibly();
      for (ProcessStat descendant : table.descendants(pid(child))) {
        kill(descendant);
      }
      child.waitFor();
    }
  }

  private static void kill(ProcessStat process) throws OsException {
    try (Pidfd pidfd = Pidfd.open(process.pid())) {
      if (Proc.stat(process.pid()).filter(process::isSameProcessAs).isPresent()) {
        pidfd.signal(SIGKILL);
      }
    } catch (OsException gone) {
      if (!gone.is(Errno.ESRCH)) {
        throw gone;
      }
    }
  }
}
