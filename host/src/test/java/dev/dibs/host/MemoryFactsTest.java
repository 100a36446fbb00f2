package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the kernel says of memory. */
class MemoryFactsTest {

  private static final long MIB = 1024 * 1024;

  private final Children children = new Children();

  @AfterEach
  void endChildren() throws Exception {
    children.end();
  }

  @Test
  void theMachinesMemoryIsRead() {
    assertThat(
            MemoryInfo.parse(
                "MemTotal:  24684096 kB\nMemFree: 1 kB\nMemAvailable: 2048 kB\nSwapFree: 7 kB\n"))
        .contains(new MemoryInfo(24684096L * 1024, 2 * MIB, 7 * 1024));
  }

  @Test
  void whatIsNotSaidIsNotKnown() {
    assertThat(MemoryInfo.parse("MemTotal:  24684096 kB\n")).isEmpty();
    assertThat(MemoryInfo.parse("")).isEmpty();
    assertThat(MemoryStall.totalUs("some avg10=0.00 total=5\n")).isEmpty();
    assertThat(MemoryStall.totalUs("full avg10=0.00 total=x\n")).isEmpty();
  }

  @Test
  void thisMachineSaysIt() throws OsException {
    MemoryInfo now = MemoryInfo.now().orElseThrow();
    assertThat(now.availableBytes()).isPositive().isLessThan(now.totalBytes());
  }

  @Test
  void onlyTheLineOfFullStallsCounts() {
    assertThat(
            MemoryStall.totalUs(
                """
                some avg10=1.00 avg60=0.00 avg300=0.00 total=99
                full avg10=0.00 avg60=0.00 avg300=0.00 total=42
                """))
        .hasValue(42);
  }

  @Test
  void aProcessHasWhatItTouched() throws Exception {
    Process hog =
        children.start("sh", "-c", "x=$(head -c 33554432 /dev/zero | tr '\\0' x); echo; read y");
    assertThat(hog.getInputStream().read()).isEqualTo('\n');
    int pid = Children.pid(hog);
    assertThat(Proc.residentBytes(pid).orElseThrow()).isBetween(32 * MIB, 400 * MIB);
    assertThat(Proc.peakBytes(pid).orElseThrow())
        .isGreaterThanOrEqualTo(32 * MIB)
        .isLessThan(800 * MIB);
  }

  @Test
  void aProcessThatHasGoneHasNothing() throws Exception {
    int gone = children.gone();
    assertThat(Proc.residentBytes(gone)).isEmpty();
    assertThat(Proc.peakBytes(gone)).isEmpty();
  }
}
