package dev.dibs.host.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.host.Children;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Through {@code fusermount3}, in a mount namespace where everybody may open the device. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OrdinaryUserTest {

  @TempDir Path box;
  private final Children children = new Children();

  @BeforeEach
  void require() throws Exception {
    Server.requireWorld();
  }

  @AfterEach
  void end() throws Exception {
    children.end();
  }

  @Test
  void mountsReadsAndUnmounts() throws Exception {
    Server server = Server.inWorld(children, box, "serve $box/user/fs");
    server.await("mounted");
    assertThat(within(server, "cat \"$1/user/fs/hello\"", true)).isEqualTo(SmallTree.HELLO);
    assertThat(
            within(server, "grep -c 'fuse.dibs dibs rw,user_id=65534' /proc/self/mountinfo", true))
        .isEqualTo("1\n");
    server.end();
    assertThat(server.rest()).contains("unmounted 1").contains("over");
  }

  @Test
  void rootIsRefused() throws Exception {
    Server server = Server.inWorld(children, box, "serve $box/user/fs");
    server.await("mounted");
    assertThat(within(server, "cat \"$1/user/fs/hello\" 2>&1", false))
        .contains("Permission denied");
    server.end();
  }

  @Test
  void withoutTheDeviceIsToldWhy() throws Exception {
    Server server = Server.inWorld(children, box, "chmod 600 $box/dev/fuse; serve $box/user/fs");
    assertThat(server.await("refused"))
        .startsWith("refused DEVICE_REFUSED: No file system at ")
        .contains(": open /dev/fuse: permission denied (EACCES 13). As root: modprobe fuse");
    server =
        Server.inWorld(
            children, box("2"), "umount /dev/fuse; mount -t tmpfs none /dev; serve $box/user/fs");
    assertThat(server.await("refused")).startsWith("refused NO_DEVICE: No file system at ");
  }

  @Test
  void withoutFusermountIsToldWhy() throws Exception {
    String script =
        "for f in /usr/bin/fusermount3 /bin/fusermount3; do"
            + " mount --bind /dev/null $f || exit; done; serve $box/user/fs";
    assertThat(Server.inWorld(children, box, script).await("refused"))
        .startsWith("refused NO_FUSERMOUNT: ")
        .endsWith(
            "there is no fusermount3, which mounts for ordinary users. Install the package fuse3.");
  }

  @Test
  void withoutTheRightToMountIsToldWhatFusermountSays() throws Exception {
    String script =
        "cp $(command -v fusermount3) $box/dev/plain; mount --bind $box/dev/plain $(command -v fusermount3);"
            + " serve $box/user/fs";
    assertThat(Server.inWorld(children, box, script).await("refused"))
        .startsWith("refused NOT_PERMITTED: ")
        .contains("fusermount3 failed: ")
        .contains("not permitted");
  }

  @Test
  void aPointThatBelongsToAnotherIsToldSo() throws Exception {
    String script = "mkdir -m 700 $box/dev/fs; serve $box/dev/fs";
    assertThat(Server.inWorld(children, box, script).await("refused"))
        .startsWith("refused POINT_UNFIT: ")
        .contains("it belongs to user 0, and we are 65534");
  }

  @Test
  void aKilledServersMountIsCleaned() throws Exception {
    String script =
        """
        exec 5<&0
        serve $box/user/fs >$box/dev/1 2>&1 <&5 & first=$!
        until grep -q mounted $box/dev/1; do :; done
        kill -9 $first
        wait $first
        setpriv --reuid=65534 --regid=65534 --clear-groups ls $box/user/fs
        serve $box/user/fs
        """;
    Server server = Server.inWorld(children, box, script);
    assertThat(server.await("ls: ")).endsWith("Transport endpoint is not connected");
    server.await("cleaned 1");
    server.await("mounted");
    assertThat(within(server, "cat \"$1/user/fs/hello\"", true)).isEqualTo(SmallTree.HELLO);
    server.end();
  }

  @Test
  void aKilledServersClientsAreServedByTheNext() throws Exception {
    String script =
        """
        exec 4<>/dev/fuse 5<&0
        serve $box/user/fs 4 >$box/dev/1 2>&1 <&5 & first=$!
        until grep -q mounted $box/dev/1; do :; done
        setpriv --reuid=65534 --regid=65534 --clear-groups head -c 1 $box/user/fs/pipe & client=$!
        until grep -q read $box/dev/1; do :; done
        kill -9 $first
        wait $first
        serve $box/user/fs 4
        """;
    Server server = Server.inWorld(children, box, script);
    server.await("resumed");
    server.await("read again");
    within(server, "printf x >\"$1/user/fs/pipe\"", true);
    server.end();
    assertThat(server.rest()).contains("x").contains("unmounted 1");
  }

  @Test
  void whoIsOutsideOfTheServersPidNamespaceHasNoNumber() throws Exception {
    Server server =
        Server.inWorld(children, box, "mount -t proc proc /proc; serve $box/user/fs", "-p", "-f");
    server.await("mounted");
    assertThat(within(server, "cat \"$1/user/fs/hello\"", true)).isEqualTo(SmallTree.HELLO);
    assertThat(server.await("open")).isEqualTo("open 0 0");
    server.end();
  }

  /** Runs a script in a server's mount namespace, as the user or as root. */
  private String within(Server server, String script, boolean asUser) throws Exception {
    String user = asUser ? "exec setpriv --reuid=65534 --regid=65534 --clear-groups " : "exec ";
    ProcessBuilder command =
        new ProcessBuilder(
            "nsenter",
            "-m",
            "-t",
            server.process.pid() + "",
            "sh",
            "-c",
            user + "sh -c \"$2\" sh \"$1\"");
    command.command().addAll(List.of("sh", box.toString(), script));
    Process process = children.start(command.redirectErrorStream(true));
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private Path box(String name) throws Exception {
    return Files.createDirectory(box.resolve(name));
  }
}
