package dev.dibs.daemon.learned;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.host.Proc;
import dev.dibs.host.Self;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CpuMeterTest {

  private static final String BUSY =
      "import time\nend = time.process_time() + 1.2\nwhile time.process_time() < end: pass\n";

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endProcess() throws InterruptedException {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void whatItsChildrenUsedCounts() throws Exception {
    Process process = start("python3 -c '" + BUSY + "'; echo; read x");
    long beganMs = Self.monotonicMs();
    try (CpuMeter meter = new CpuMeter((int) process.pid(), beganMs)) {
      assertThat(process.getInputStream().read()).isEqualTo('\n');
      long endMs = Self.monotonicMs();
      meter.look(endMs);
      release(process);
      double cores = meter.end(endMs).orElseThrow();
      assertThat(cores * (endMs - beganMs)).as("ms of CPU").isBetween(1_150.0, 1_800.0);
    }
  }

  @Test
  void aRunThatWasKilledTeachesNothing() throws Exception {
    // Its parent becomes cat, which waits for nobody: so it can be seen how it ended.
    Process parent =
        start(
            "python3 -c '"
                + BUSY
                + "\nprint(1, flush=True)\nwhile True: pass' & echo $!; exec cat");
    try (BufferedReader output = parent.inputReader();
        CpuMeter meter =
            new CpuMeter(Integer.parseInt(output.readLine()), Self.monotonicMs() - 10_000)) {
      assertThat(output.readLine()).isEqualTo("1");
      meter.look(Self.monotonicMs());
      ProcessHandle busy = parent.children().findAny().orElseThrow();
      busy.destroyForcibly();
      while (Proc.stat((int) busy.pid()).orElseThrow().state() != 'Z') {
        Thread.onSpinWait();
      }
      assertThat(meter.end(Self.monotonicMs())).isEmpty();
    }
  }

  @Test
  void aShortRunTeachesNothing() throws Exception {
    Process process = start("read x");
    long began = Self.monotonicMs();
    try (CpuMeter meter = new CpuMeter((int) process.pid(), began)) {
      meter.look(began + 900);
      release(process);
      assertThat(meter.end(began + 999)).isEmpty();
    }
  }

  private Process start(String script) throws IOException {
    Process process = new ProcessBuilder("sh", "-c", script).start();
    started.add(process);
    return process;
  }

  private static void release(Process process) throws IOException, InterruptedException {
    process.outputWriter().append("\n").close();
    process.waitFor();
  }
}
