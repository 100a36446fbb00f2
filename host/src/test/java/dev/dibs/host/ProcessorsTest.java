package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProcessorsTest {

  @Test
  void allButIdleIsBusyAndGuestsAreCountedOnce() {
    assertThat(Processors.parse("cpu  1 2 3 1000 5 6 7 8 90 90\ncpu0 1 2 3 4 5 6 7 8 9 0\n"))
        .hasValue(32);
  }

  @Test
  void whatIsNoSuchLineSaysNothing() {
    assertThat(Processors.parse("")).isEqualTo(OptionalLong.empty());
    assertThat(Processors.parse("cpu0 1 2 3 4")).isEmpty();
    assertThat(Processors.parse("cpu  1 x 3 4")).isEmpty();
  }

  @Test
  void aNewProcessHasANewNumber() throws Exception {
    long before = Processors.newestPid().orElseThrow();
    Process process = new ProcessBuilder("true").start();
    assertThat(process.waitFor()).isZero();
    assertThat(Processors.newestPid().orElseThrow()).isNotEqualTo(before);
  }

  @Test
  void whoWorksIsSeen() throws Exception {
    long before = Processors.busyTicks().orElseThrow();
    long untilNs = System.nanoTime() + 200_000_000;
    while (System.nanoTime() < untilNs) {
      Thread.onSpinWait();
    }
    assertThat(Processors.busyTicks().orElseThrow()).isGreaterThan(before);
  }
}
