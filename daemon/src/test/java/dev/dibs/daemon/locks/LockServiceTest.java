package dev.dibs.daemon.locks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.core.locks.LockMode;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holders hear of the service. */
@NullMarked
class LockServiceTest {
  private static final int CROWD = 1_000;

  @TempDir Path folder;

  @Test
  void aHandoverAmongAThousandWakesOne() throws IOException {
    AtomicLong nowMs = new AtomicLong();
    try (Log log = new Log(folder.resolve("log"));
        EventLoop loop = new EventLoop(nowMs::get, log)) {
      Askers askers = new Askers(loop, NoRanges.NOBODY, log);
      LockWish wish = LockWish.of(List.of("x"), LockMode.EXCLUSIVE);
      List<Long> crowd = new ArrayList<>();
      for (int i = 0; i < CROWD; i++) {
        crowd.add(askers.request(wish));
      }
      for (long next : crowd) {
        assertThat(askers.granted).extracting(LockGrant::claim).containsExactly(next);
        askers.endFirst();
      }
      assertThat(askers.granted).isEmpty();
      assertThat(askers.refused).isEmpty();
      assertThat(askers.waiting).isEmpty();
      assertThat(askers.locks.isInUse()).isFalse();
    }
  }
}
