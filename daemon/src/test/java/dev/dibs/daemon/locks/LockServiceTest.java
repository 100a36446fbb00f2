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

  private final AtomicLong ids = new AtomicLong();
  private final AtomicLong fences = new AtomicLong();
  private final List<String> told = new ArrayList<>();
  @TempDir Path folder;

  /** Somebody without a process. */
  private final class Somebody implements LockHolder {
    private long claim;

    @Override
    public Kind kind() {
      return Kind.CONNECTION;
    }

    @Override
    public int pid() {
      return 0;
    }

    @Override
    public boolean granted(LockGrant grant) {
      claim = grant.claim();
      told.add("granted " + grant.fence());
      return true;
    }

    @Override
    public void refused(LockRefusal refusal) {
      told.add(refusal.reason().name());
    }

    @Override
    public void waiting(String text) {
      told.add(text);
    }
  }

  private LockService service(EventLoop loop, Log log) {
    return new LockService(
        new LockService.Parts(
            loop,
            ids::incrementAndGet,
            System::currentTimeMillis,
            held -> () -> {},
            fences::incrementAndGet,
            NoRanges.NOBODY,
            Lender.NONE,
            pid -> new People.Person(pid, "somebody", "~"),
            () -> {},
            log));
  }

  @Test
  void aHandoverAmongAThousandWakesOne() throws IOException {
    AtomicLong nowMs = new AtomicLong();
    try (Log log = new Log(folder.resolve("log"));
        EventLoop loop = new EventLoop(nowMs::get, log)) {
      LockService locks = service(loop, log);
      List<Somebody> crowd = new ArrayList<>();
      LockWish wish = LockWish.of(List.of("x"), LockMode.EXCLUSIVE);
      for (int i = 0; i < CROWD; i++) {
        crowd.add(new Somebody());
        locks.request(crowd.getLast(), wish);
      }
      for (Somebody next : crowd) {
        assertThat(told).hasSize(1);
        told.clear();
        locks.end(next.claim);
      }
      assertThat(told).isEmpty();
      assertThat(locks.isInUse()).isFalse();
    }
  }
}
