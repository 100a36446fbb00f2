package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.BitSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AffinityTest {

  private final Children children = new Children();

  @AfterEach
  void endChildren() throws Exception {
    children.end();
  }

  @Test
  void isWhatTheSystemsOwnProgramSays() throws Exception {
    int all = Affinity.of(Self.pid()).cardinality();
    Process nproc = children.start("env", "-u", "OMP_NUM_THREADS", "nproc");
    assertThat(nproc.inputReader().readLine()).isEqualTo(Integer.toString(all));
  }

  @Test
  void thatIsSetIsHeldToByWhatTheProcessStarts() throws Exception {
    BitSet last = only(Affinity.of(Self.pid()).length() - 1);
    Process shell = children.start("sh", "-c", "read x; nproc; read x");
    Affinity.set(Children.pid(shell), last);
    assertThat(Affinity.of(Children.pid(shell))).isEqualTo(last);
    shell.outputWriter().append("\n").flush();
    assertThat(shell.inputReader().readLine()).isEqualTo("1");
  }

  @Test
  void withoutAnyCpuThatIsThereIsRefused() throws Exception {
    int child = Children.pid(children.start("sleep", "1000"));
    BitSet before = Affinity.of(child);
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> Affinity.set(child, only(8_000)))
        .matches(e -> e.is(Errno.EINVAL));
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> Affinity.set(child, new BitSet()))
        .withMessageStartingWith("sched_setaffinity pid " + child + ": ");
    assertThat(Affinity.of(child)).isEqualTo(before);
  }

  @Test
  void ofAProcessThatHasGoneIsRefused() throws Exception {
    int gone = children.gone();
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> Affinity.set(gone, only(0)))
        .matches(e -> e.is(Errno.ESRCH));
  }

  private static BitSet only(int cpu) {
    BitSet cpus = new BitSet();
    cpus.set(cpu);
    return cpus;
  }
}
