package dev.dibs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JobserverAuthTest {

  @Test
  void theLastOneCounts() {
    assertThat(JobserverAuth.in("w -j8 --jobserver-fds=3,4 -j --jobserver-auth=fifo:/d/t -- A=b"))
        .hasValue(new JobserverAuth("fifo:/d/t"));
  }

  @Test
  void flagsWithoutAJobserverNameNone() {
    assertThat(JobserverAuth.in("kw -- CFLAGS=-O2")).isEmpty();
  }

  @Test
  void aFifoIsKnownByItsPath() {
    assertThat(new JobserverAuth("fifo:/d/t").isFifo("/d/t")).isTrue();
    assertThat(new JobserverAuth("3,4").isFifo("/d/t")).isFalse();
  }
}
