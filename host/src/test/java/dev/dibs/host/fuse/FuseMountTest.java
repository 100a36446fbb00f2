package dev.dibs.host.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.dibs.host.Children;
import dev.dibs.host.Epoll;
import dev.dibs.host.Errno;
import dev.dibs.host.FuseDevice;
import dev.dibs.host.FuseDevice.State;
import dev.dibs.host.OsException;
import dev.dibs.host.Self;
import dev.dibs.host.fuse.FuseUnavailableException.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** As whichever user runs the tests. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuseMountTest {

  private static final int WAIT_S_MAX = 20;

  @TempDir Path folder;
  private Path point;
  private MountGuard guard;
  private final Children children = new Children();

  @BeforeEach
  void require() throws Exception {
    ServedFiles.require();
    point = folder.resolve("fs");
    guard = new MountGuard(point);
  }

  @AfterEach
  void clean() throws Exception {
    try {
      FuseMount.clean(point);
    } finally {
      children.end();
      if (guard != null) {
        guard.close();
      }
    }
  }

  @Test
  void aDeviceIsFreshThenAttachedThenGone() throws Exception {
    try (FuseDevice device = FuseMount.openDevice(point)) {
      assertThat(device.state()).isEqualTo(State.FRESH);
      assertThatExceptionOfType(OsException.class)
          .isThrownBy(() -> FuseConnection.over(device).next())
          .matches(refusal -> refusal.is(Errno.EPERM));
      FuseMount.mount(device, point);
      assertThat(device.state()).isEqualTo(State.ATTACHED);
      assertThat(device.state()).as("asking takes nothing out").isEqualTo(State.ATTACHED);
      assertThat(FuseConnection.over(device).next()).get().isInstanceOf(FuseRequest.Init.class);
      assertThat(FuseMount.isMounted(point)).isTrue();
      assertThat(FuseMount.clean(point)).isOne();
      assertThat(FuseMount.clean(point)).isZero();
      assertThat(FuseMount.isMounted(point)).isFalse();
      assertThat(device.state()).isEqualTo(State.GONE);
      assertThat(FuseConnection.over(device).next()).isEmpty();
    }
  }

  @Test
  void theFirstHoldersEndLeavesTheMountToAnother() throws Exception {
    try (FuseDevice first = FuseDevice.open();
        FuseDevice second = FuseDevice.open()) {
      FuseMount.mount(first, point);
      second.attachTo(first);
      assertThatExceptionOfType(OsException.class)
          .isThrownBy(() -> second.attachTo(first))
          .matches(refusal -> refusal.is(Errno.EINVAL));
      first.descriptor().close();
      assertThat(second.state()).isEqualTo(State.ATTACHED);
      try (ServedFiles files = new ServedFiles(second).start()) {
        assertThat(sh("cat hello")).isEqualTo(SmallTree.HELLO);
        FuseMount.clean(point);
        files.awaitEnd();
      }
    }
  }

  @Test
  void nothingAttachesToAFreshDevice() throws Exception {
    try (FuseDevice first = FuseDevice.open();
        FuseDevice second = FuseDevice.open()) {
      assertThatExceptionOfType(OsException.class)
          .isThrownBy(() -> second.attachTo(first))
          .withMessageStartingWith("ioctl FUSE_DEV_IOC_CLONE /dev/fuse: ");
      assertThat(second.state()).isEqualTo(State.FRESH);
    }
  }

  @Test
  void whatAKilledServerLeftIsCleaned() throws Exception {
    Server server = Server.start(children, point);
    server.await("mounted");
    assertThat(sh("cat hello")).isEqualTo(SmallTree.HELLO);
    server.process.destroyForcibly().waitFor();
    assertThat(run("ls", point.toString())).contains("Transport endpoint is not connected");
    assertThat(FuseMount.isMounted(point)).isTrue();
    assertThat(FuseMount.clean(point)).isOne();
    assertThat(FuseMount.isMounted(point)).isFalse();
    try (FuseDevice device = FuseDevice.open()) {
      FuseMount.mount(device, point);
    }
  }

  @Test
  void aBusyMountIsCleaned() throws Exception {
    try (FuseDevice device = FuseDevice.open()) {
      FuseMount.mount(device, point);
      try (ServedFiles files = new ServedFiles(device).start()) {
        Process holder =
            children.start("sh", "-c", "exec 5<>\"$1\"/pipe; echo; cat", "sh", point + "");
        assertThat(holder.getInputStream().read()).isEqualTo('\n');
        String unmount = Self.effectiveUid() == 0 ? "umount" : "fusermount3 -u";
        assertThat(run("sh", "-c", unmount + " \"$1\"", "sh", point + "")).contains("busy");
        assertThat(FuseMount.clean(point)).isOne();
        assertThat(FuseMount.isMounted(point)).isFalse();
        assertThat(device.state()).as("served still").isEqualTo(State.ATTACHED);
        holder.outputWriter().close();
        files.awaitEnd();
      }
    }
  }

  @Test
  void whereSomethingIsMountedNothingElseIs() throws Exception {
    try (FuseDevice first = FuseDevice.open();
        FuseDevice second = FuseDevice.open()) {
      FuseMount.mount(first, point);
      assertThatExceptionOfType(FuseUnavailableException.class)
          .isThrownBy(() -> FuseMount.mount(second, point))
          .withMessage(
              "No file system at "
                  + point
                  + ": dibs (fuse.dibs) is mounted there. Unmount it, or set DIBS_DIR.")
          .matches(refusal -> refusal.reason() == Reason.POINT_TAKEN);
      assertThat(second.state()).isEqualTo(State.FRESH);
    }
  }

  @Test
  void aPointThatIsNoFolderOfOursIsRefused() throws Exception {
    try (FuseDevice device = FuseDevice.open()) {
      Files.writeString(point, "");
      assertUnfit(device, point, "it is not a directory");
      Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
      assertUnfit(device, link, "it is a symbolic link");
      assertUnfit(device, folder.resolve("no/fs"), "no");
      assertUnfit(device, Path.of("/"), "it is the root");
      assertThat(device.state()).isEqualTo(State.FRESH);
    }
  }

  @Test
  void aPointMayHaveAnyNameAndLieBehindALink() throws Exception {
    Path odd = Files.createDirectory(folder.resolve("a b\\c\td"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), odd);
    Path oddPoint = link.resolve("f s");
    MountGuard oddGuard = new MountGuard(oddPoint);
    try (FuseDevice device = FuseDevice.open()) {
      FuseMount.mount(device, oddPoint);
      assertThat(FuseMount.isMounted(oddPoint)).isTrue();
      assertThat(FuseMount.isMounted(odd.resolve("f s"))).isTrue();
    } finally {
      assertThat(FuseMount.clean(oddPoint)).isOne();
      oddGuard.close();
    }
  }

  @Test
  void anInheritedDescriptorMustBeOpen() {
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> FuseDevice.inherited(1_000_000))
        .matches(refusal -> refusal.is(Errno.EBADF));
  }

  @Test
  void aDeviceIsReadyWhenThereIsARequest() throws Exception {
    try (FuseDevice device = FuseDevice.open();
        Epoll epoll = Epoll.create(1)) {
      FuseMount.mount(device, point);
      epoll.add(device.descriptor(), Epoll.IN, 1);
      assertThat(epoll.await(WAIT_S_MAX * 1000)).isOne();
      FuseConnection.over(device).next();
      assertThat(epoll.await(0)).isZero();
    }
  }

  private static void assertUnfit(FuseDevice device, Path where, String why) {
    assertThatExceptionOfType(FuseUnavailableException.class)
        .isThrownBy(() -> FuseMount.mount(device, where))
        .withMessageStartingWith("No file system at " + where + ": ")
        .withMessageContaining(why)
        .matches(refusal -> refusal.reason() == Reason.POINT_UNFIT);
  }

  private String sh(String script) throws Exception {
    return run("sh", "-c", "cd \"$1\"; " + script, "sh", point.toString());
  }

  private String run(String... command) throws Exception {
    Process process = children.start(new ProcessBuilder(command).redirectErrorStream(true));
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(WAIT_S_MAX, TimeUnit.SECONDS)).isTrue();
    return output;
  }
}
