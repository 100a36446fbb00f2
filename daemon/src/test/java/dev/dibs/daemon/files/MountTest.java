package dev.dibs.daemon.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.FuseDevice;
import dev.dibs.host.Self;
import dev.dibs.host.fuse.FuseMount;
import dev.dibs.host.fuse.FuseUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real mounts; that a daemon is killed is a loop that ends without a word. */
@Timeout(60)
class MountTest {

  /** A daemon as far as the mount is concerned. */
  private final class Daemon implements AutoCloseable {
    private final EventLoop loop = new EventLoop(Self::monotonicMs, log);
    private final Mount mount;
    private final TwoFiles files;
    private final Thread thread;

    private Daemon(OptionalInt descriptor, Mount.Choice choice, TwoFiles files) throws IOException {
      this.mount = Mount.open(point(), descriptor, choice, loop, log);
      this.files = files;
      mount.serve(files);
      this.thread = Thread.ofPlatform().start(this::run);
      daemons.add(this);
    }

    private void run() {
      try {
        loop.run();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    /** Nobody serves from now on. */
    void isKilled() {
      loop.stop();
      try {
        thread.join();
      } catch (InterruptedException ending) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() throws FuseUnavailableException {
      isKilled();
      mount.close();
      loop.close();
    }
  }

  @TempDir Path folder;
  private final List<Daemon> daemons = new ArrayList<>();
  private Log log;
  private FuseDevice shared;

  @BeforeEach
  void openDevice() throws IOException {
    log = new Log(folder.resolve("log"));
    try (FuseDevice trial = FuseMount.openDevice(point())) {
      FuseMount.mount(trial, point());
    } catch (FuseUnavailableException refusal) {
      assumeTrue(false, "missing: " + refusal.getMessage());
    }
    FuseMount.clean(point());
    shared = FuseMount.openDevice(point());
  }

  @AfterEach
  void cleanUp() throws Exception {
    for (Daemon daemon : daemons) {
      daemon.isKilled();
    }
    shared.close();
    FuseMount.clean(point());
    log.close();
  }

  private Path point() {
    return folder.resolve("fs");
  }

  private Daemon daemon(Mount.Choice choice, TwoFiles files) throws IOException {
    return new Daemon(OptionalInt.of(shared.descriptor().number()), choice, files);
  }

  private Daemon daemon(TwoFiles files) throws IOException {
    return daemon(Mount.Choice.WANTED, files);
  }

  private CompletableFuture<String> read(String name) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Files.readString(point().resolve(name));
          } catch (IOException failure) {
            throw new UncheckedIOException(failure);
          }
        },
        task -> Thread.ofPlatform().daemon().start(task));
  }

  @Test
  void theFirstDaemonMounts() throws Exception {
    try (Daemon daemon = daemon(new TwoFiles("first", true))) {
      assertThat(daemon.mount.isServed()).isTrue();
      assertThat(daemon.mount.missing()).isEmpty();
      assertThat(read("word").get()).isEqualTo("first");
      assertThat(daemon.files.resumed).isFalse();
    }
    assertThat(FuseMount.isMounted(point())).isFalse();
  }

  @Test
  void theNextOneServesOnAndAnswersWhoWaits() throws Exception {
    Daemon first = daemon(new TwoFiles("first", false));
    CompletableFuture<String> reader = read("silent");
    while (first.files.unanswered == 0) {
      Thread.onSpinWait();
    }
    first.isKilled();
    CompletableFuture<String> meanwhile = read("word");
    assertThat(reader.isDone()).isFalse();
    try (Daemon next = daemon(new TwoFiles("next", true))) {
      assertThat(next.mount.isServed()).isTrue();
      assertThat(next.files.resumed).isTrue();
      assertThat(reader.get(20, TimeUnit.SECONDS)).isEqualTo("next");
      assertThat(meanwhile.get(20, TimeUnit.SECONDS)).isEqualTo("next");
    }
  }

  @Test
  void onAKernelThatCanNotAskAgainNothingStaysMounted() throws Exception {
    for (int start = 0; start < 2; start++) { // the second daemon finds the device as the first
      Daemon daemon = daemon(Mount.Choice.AS_IF_OLD_KERNEL, new TwoFiles("", true));
      assertThat(daemon.mount.isServed()).isFalse();
      assertThat(daemon.mount.missing().orElseThrow()).contains("Linux 6.9");
      assertThat(FuseMount.isMounted(point())).isFalse();
    }
  }

  @Test
  void whoWantsNoneGetsNone() throws Exception {
    Daemon daemon = new Daemon(OptionalInt.empty(), Mount.Choice.UNWANTED, new TwoFiles("", true));
    assertThat(daemon.mount.missing().orElseThrow()).contains("DIBS_ENDPOINT=fifo");
    assertThat(FuseMount.isMounted(point())).isFalse();
  }

  @Test
  void withoutADeviceOfTheSupervisorNothingIsMounted() throws Exception {
    Daemon daemon = new Daemon(OptionalInt.empty(), Mount.Choice.WANTED, new TwoFiles("", true));
    assertThat(daemon.mount.missing().orElseThrow()).contains("/dev/fuse");
    assertThat(FuseMount.isMounted(point())).isFalse();
  }

  @Test
  void whatADeadWorldLeftIsRemoved() throws Exception {
    daemon(new TwoFiles("dead", true)).isKilled();
    shared.close();
    assertThat(FuseMount.isMounted(point())).isTrue();
    assertThatThrownBy(() -> Files.readString(point().resolve("word")))
        .isInstanceOf(IOException.class);
    shared = FuseMount.openDevice(point());
    try (Daemon next = daemon(new TwoFiles("next", true))) {
      assertThat(next.mount.missing()).isEmpty();
      assertThat(read("word").get()).isEqualTo("next");
    }
  }

  @Test
  void whoeverUnmountsItIsNoticed() throws Exception {
    Daemon daemon = daemon(new TwoFiles("first", true));
    FuseMount.clean(point());
    while (daemon.mount.isServed()) {
      Thread.onSpinWait();
    }
    assertThat(daemon.mount.missing().orElseThrow()).contains("somebody unmounted it");
  }

  @Test
  void whatWasUnmountedWhileNobodyServedStaysSo() throws Exception {
    daemon(new TwoFiles("first", true)).isKilled();
    FuseMount.clean(point());
    Daemon next = daemon(new TwoFiles("next", true));
    assertThat(next.mount.missing().orElseThrow()).contains("dibs stop");
  }
}
