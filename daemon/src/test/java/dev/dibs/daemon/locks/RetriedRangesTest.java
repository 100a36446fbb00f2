package dev.dibs.daemon.locks;

import static dev.dibs.core.locks.LockMode.EXCLUSIVE;
import static dev.dibs.core.locks.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.dibs.core.locks.LockMode;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OfdLocks;
import dev.dibs.host.OsException;
import dev.dibs.host.Self;
import dev.dibs.locks.LockDirectory;
import dev.dibs.locks.LockRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lock directory in whose place a file lies when the daemon begins. */
class RetriedRangesTest {

  private static final Map<String, LockMode> X = Map.of("x", EXCLUSIVE);

  @TempDir Path folder;

  private Path directory = Path.of("");
  private Log log;
  private EventLoop loop;
  private long nowMs;
  private int looks;
  private RetriedRanges ranges;

  @BeforeEach
  void begin() throws IOException {
    directory = Files.createFile(folder.resolve("locks"));
    log = new Log(folder.resolve("log"));
    loop = new EventLoop(Self::monotonicMs, log);
    ranges = new RetriedRanges(this::open, () -> nowMs, log);
  }

  private Ranges open() throws IOException {
    looks++;
    LockDirectory opened = LockDirectory.openForDaemon(directory);
    return OfdRanges.of(opened, OptionalInt.empty(), loop, log);
  }

  @AfterEach
  void close() {
    ranges.close();
    loop.close();
    log.close();
  }

  private void isRefused() {
    assertThatIOException()
        .isThrownBy(() -> ranges.take(X, false, false))
        .withMessageContaining("it is no directory");
  }

  private boolean strangerGets(String name, LockMode mode) throws OsException {
    try (OfdLocks stranger = OfdLocks.open(directory.resolve("ranges"))) {
      long position = LockRange.of(name).position();
      return stranger.tryLock(position, LockRange.LENGTH, mode == SHARED);
    }
  }

  @Test
  void whoAsksHasItLookedAtAgainOnceASecond() {
    isRefused();
    nowMs = 999;
    isRefused();
    assertThat(looks).isEqualTo(1);
    nowMs = 1_000;
    isRefused();
    isRefused();
    assertThat(looks).isEqualTo(2);
  }

  @Test
  void onceItIsMendedLocksAreHadAndOthersKeptOut() throws IOException {
    isRefused();
    Files.delete(directory);
    nowMs = 1_000;
    assertThat(ranges.take(X, false, false)).isNull();
    assertThat(strangerGets("x", SHARED)).isFalse();
    ranges.release(X);
    assertThat(strangerGets("x", EXCLUSIVE)).isTrue();
    assertThat(looks).isEqualTo(2);
  }

  @Test
  void whatWasAdoptedMeanwhileAndIsHeldStillIsKeptFromOthersThen() throws IOException {
    ranges.adopt(Map.of("held", EXCLUSIVE));
    ranges.adopt(Map.of("over", EXCLUSIVE));
    ranges.adopt(Map.of("shared", EXCLUSIVE));
    ranges.allAdopted();
    ranges.release(Map.of("over", EXCLUSIVE));
    ranges.downgrade(Map.of("shared", EXCLUSIVE));
    Files.delete(directory);
    nowMs = 1_000;
    assertThat(ranges.take(X, false, false)).isNull();
    assertThat(strangerGets("held", SHARED)).isFalse();
    assertThat(strangerGets("over", EXCLUSIVE)).isTrue();
    assertThat(strangerGets("shared", SHARED)).isTrue();
    assertThat(strangerGets("shared", EXCLUSIVE)).isFalse();
    ranges.release(Map.of("held", EXCLUSIVE));
    assertThat(strangerGets("held", EXCLUSIVE)).isTrue();
  }

  @Test
  void whyIsSaidOnceInTheLog() throws IOException {
    for (nowMs = 0; nowMs < 5_000; nowMs += 1_000) {
      isRefused();
    }
    assertThat(Files.readString(folder.resolve("log.0"))).containsOnlyOnce("Nobody gets a lock");
  }
}
