package dev.dibs.daemon.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class NodeNumbersTest {

  private static final long NOW_MS = 1_795_000_000_000L;

  @Test
  void freshOnesAreNeverThoseOfAnotherDaemon() {
    NodeNumbers one = new NodeNumbers(NOW_MS);
    NodeNumbers later = new NodeNumbers(NOW_MS + 1);
    Set<Long> all = new HashSet<>();
    for (int i = 0; i < 50_000; i++) {
      assertThat(all.add(one.fresh())).isTrue();
    }
    for (int i = 0; i < 50_000; i++) {
      assertThat(all.add(later.fresh())).isTrue();
    }
    assertThat(all).allMatch(number -> number > NodeNumbers.REFUSED);
  }

  @Test
  void namesHaveTheSameNumberAlwaysAndOthersNot() {
    Set<Long> all = new HashSet<>();
    for (int i = 0; i < 50_000; i++) {
      long number = NodeNumbers.named(NodeNumbers.LOCK, "a" + i);
      assertThat(number).isEqualTo(NodeNumbers.named(NodeNumbers.LOCK, "a" + i));
      assertThat(NodeNumbers.kind(number)).isEqualTo(NodeNumbers.LOCK);
      all.add(number);
    }
    assertThat(all).hasSize(50_000);
  }

  @Test
  void aRunIsFoundInItsNumbers() {
    long claim = (NOW_MS << 16) + 77;
    long number = NodeNumbers.ofRun(NodeNumbers.OF_RUN + 3, claim);
    assertThat(NodeNumbers.payload(number)).isEqualTo(claim);
    assertThat(NodeNumbers.kind(number)).isEqualTo(NodeNumbers.OF_RUN + 3);
    assertThat(number).isPositive();
  }
}
