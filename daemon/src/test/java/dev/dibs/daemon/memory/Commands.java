package dev.dibs.daemon.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import dev.dibs.host.Self;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Real processes for a test. */
final class Commands {

  private static final long WAIT_MS_MAX = 20_000;

  /** What a test waits for. */
  interface Condition {
    boolean holds() throws Exception;
  }

  private final List<Process> started = new ArrayList<>();
  private final List<Integer> others = new ArrayList<>();

  /** A shell that has said one line. */
  Process script(String text, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", text);
    builder.environment().keySet().removeIf(name -> name.startsWith("DIBS"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  /** The numbers in its next line. */
  int[] numbers(Process process) throws IOException {
    String line = process.inputReader().readLine();
    assertThat(line).isNotNull();
    int[] pids =
        List.of(line.strip().split(" ", -1)).stream().mapToInt(Integer::parseInt).toArray();
    for (int pid : pids) {
      others.add(pid);
    }
    return pids;
  }

  static boolean lives(int pid) throws OsException {
    return Proc.stat(pid).filter(stat -> !stat.isOver()).isPresent();
  }

  static ProcessStat stat(int pid) throws OsException {
    return Proc.stat(pid).orElseThrow();
  }

  static void await(String what, Condition condition) throws Exception {
    long deadlineMs = Self.monotonicMs() + WAIT_MS_MAX;
    while (!condition.holds()) {
      assertThat(Self.monotonicMs()).as(what).isLessThan(deadlineMs);
      Thread.onSpinWait();
    }
  }

  void end() throws InterruptedException {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    others.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
  }
}
