package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfdLocksTest {

  @TempDir Path directory;

  private OfdLocks one;
  private OfdLocks two;

  @BeforeEach
  void open() throws OsException {
    one = OfdLocks.open(directory.resolve("ranges"));
    two = OfdLocks.open(directory.resolve("ranges"));
  }

  @AfterEach
  void close() {
    one.close();
    two.close();
  }

  @Test
  void descriptionsExcludeEachOtherWhereTheirRangesMeet() throws OsException {
    assertThat(one.tryLock(10, 2, false)).isTrue();
    assertThat(two.tryLock(11, 2, false)).isFalse();
    assertThat(two.tryLock(11, 2, true)).isFalse();
    assertThat(two.isTaken(11, 1, true)).isTrue();
    assertThat(two.tryLock(12, 2, false)).isTrue();
    one.unlock(10, 2);
    assertThat(two.tryLock(11, 2, true)).isTrue();
    assertThat(one.tryLock(11, 1, true)).isTrue();
    assertThat(one.isTaken(11, 1, true)).isFalse();
    assertThat(one.isTaken(11, 1, false)).isTrue();
  }

  @Test
  void aLockIsMadeWeakerInPlace() throws OsException {
    assertThat(one.tryLock(1L << 62, 2, false)).isTrue();
    assertThat(one.tryLock(1L << 62, 2, true)).isTrue();
    assertThat(two.tryLock(1L << 62, 2, true)).isTrue();
    assertThat(one.tryLock(1L << 62, 2, false)).isFalse();
  }

  @Test
  void theCloseOfAnotherDescriptorFreesNothing() throws Exception {
    assertThat(one.tryLock(0, 1, false)).isTrue();
    assertThat(Files.readAllBytes(directory.resolve("ranges"))).isEmpty();
    assertThat(two.tryLock(0, 1, false)).isFalse();
    one.close();
    assertThat(two.tryLock(0, 1, false)).isTrue();
  }

  @Test
  void aWaiterGetsItWhenItIsGivenBack() throws Exception {
    assertThat(one.tryLock(0, 1, false)).isTrue();
    FutureTask<Boolean> waiter =
        new FutureTask<>(
            () -> {
              two.lock(0, 1, false);
              return one.isTaken(0, 1, true);
            });
    Thread.ofPlatform().daemon().start(waiter);
    one.unlock(0, 1);
    assertThat(waiter.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void recordLocksOfProcessesAreInTheWayToo() throws Exception {
    // Not closed, or the record lock would be of no use to look at.
    FileChannel channel =
        FileChannel.open(
            directory.resolve("ranges"), StandardOpenOption.READ, StandardOpenOption.WRITE);
    assertThat(channel.tryLock(5, 1, false)).isNotNull();
    assertThat(one.tryLock(5, 2, true)).isFalse();
    channel.close();
    assertThat(one.tryLock(5, 2, true)).isTrue();
  }

  @Test
  void whatIsNoFileIsRefused() {
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> OfdLocks.open(directory.resolve("missing/ranges")));
    assertThatExceptionOfType(OsException.class).isThrownBy(() -> OfdLocks.inherited(4000));
  }
}
