package dev.dibs.daemon.locks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.core.locks.LockMode;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OfdLocks;
import dev.dibs.host.OsException;
import dev.dibs.locks.LockDirectory;
import dev.dibs.locks.LockRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A name that goes from claim to claim, as somebody sees it who locks without the daemon. */
@NullMarked
@Timeout(60)
class SuccessionTest {

  private static final LockWish WISH = LockWish.of(List.of("x"), LockMode.EXCLUSIVE);
  private static final long POSITION = LockRange.of("x").position();
  private static final int HANDOVERS = 40;

  @TempDir private Path folder;
  private Log log;
  private EventLoop loop;
  private Askers askers;
  private OfdLocks ranges;
  private OfdLocks turns;

  @BeforeEach
  void open() throws IOException {
    Path directory = Files.createDirectory(folder.resolve("locks"));
    log = new Log(folder.resolve("log"));
    loop = new EventLoop(() -> System.nanoTime() / 1_000_000, log);
    LockDirectory locks = LockDirectory.openForDaemon(directory);
    askers = new Askers(loop, OfdRanges.of(locks, OptionalInt.empty(), loop, log), log);
    ranges = OfdLocks.open(directory.resolve("ranges"));
    turns = OfdLocks.open(directory.resolve("turns"));
  }

  @AfterEach
  void close() {
    ranges.close();
    turns.close();
    loop.close();
    log.close();
    assertThat(askers.refused).isEmpty();
  }

  @Test
  void theNameIsNeverFreeBetweenTwoWhoHaveIt() throws OsException {
    request();
    request();
    for (int i = 0; i < HANDOVERS; i++) {
      askers.endFirst();
      assertThat(askers.granted).hasSize(1);
      assertThat(isFree()).isFalse();
      request();
    }
    askers.endFirst();
    askers.endFirst();
    assertThat(isFree()).isTrue();
  }

  @Test
  void whoSharesWhatSomebodyHadAloneLetsOthersShareIt() throws OsException {
    request();
    askers.request(LockWish.of(List.of("x"), LockMode.SHARED));
    askers.endFirst();
    assertThat(ranges.tryLock(POSITION, 1, true)).isTrue();
    assertThat(isFree()).isFalse();
  }

  @Test
  void whoWaitsWithoutTheDaemonIsPassedAFewTimesOnly() throws IOException {
    assertThat(turns.tryLock(POSITION, 1, false)).isTrue();
    request();
    while (askers.granted.isEmpty()) { // now and then it is looked already when somebody comes
      turns.unlock(POSITION, 1);
      loop.runFor(5);
      assertThat(turns.tryLock(POSITION, 1, false)).isTrue();
    }
    request();
    int passed = 0;
    while (!askers.granted.isEmpty() && passed < HANDOVERS) {
      askers.endFirst();
      passed++;
      request();
    }
    assertThat(passed).isLessThan(HANDOVERS);
    assertThat(ranges.tryLock(POSITION, LockRange.LENGTH, false)).isTrue();
    turns.unlock(POSITION, 1);
    ranges.unlock(POSITION, LockRange.LENGTH);
    while (askers.granted.isEmpty()) {
      loop.runFor(5);
    }
    assertThat(askers.granted).hasSize(1);
  }

  private void request() {
    askers.request(WISH);
  }

  private boolean isFree() throws OsException {
    return !ranges.isTaken(POSITION, LockRange.LENGTH, false);
  }
}
