package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The file system of a user who may mount nothing, for whom fusermount3 does it; and of those for
 * whom nobody does. Root makes them a machine each, by a mount namespace.
 */
class OrdinaryUserMountTest {
  /** Says {@code served} if the mount serves, {@code mounted} if it is there. */
  private static final String LOOK =
      """
      look() {
        if grep -q " $DIBS_DIR/fs .* fuse.dibs " /proc/self/mountinfo; then echo mounted; fi
        if timeout 10 grep -q Pool "$DIBS_DIR/fs/status" 2>/dev/null; then echo served; fi
      }
      whoever() {
        read -r jvm protocol version supervisor keeper files <"$DIBS_DIR/daemon"
      }
      settle() {
        for i in $(seq 300); do
          whoever
          [ ! -e /proc/$jvm/exe ] || [ ! -e /proc/$supervisor/exe ] || [ ! -e /proc/$keeper/exe ] || return 0
          sleep 0.1
        done
        echo unsettled
      }
      """;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  private @Nullable OrdinaryMachine made;

  @BeforeEach
  void makeAMachine() throws IOException {
    made = OrdinaryMachine.in(dibs);
  }

  private OrdinaryMachine machine() {
    return Objects.requireNonNull(made);
  }

  private Ended asUser(String mode, String preparation, String script) {
    return machine().asUser(mode, preparation, LOOK + script);
  }

  private static void says(Ended ended, String... lines) {
    assertThat(ended.out().lines().toList()).as(ended.err()).containsExactly(lines);
  }

  private static String missing(Ended ended) {
    Map<String, String> status = Json.scalars(ended.out());
    assertThat(status).containsEntry("/daemon/files", "null");
    return String.valueOf(status.get("/daemon/files_missing"));
  }

  @Test
  void fusermountMountsItAndStopUnmountsIt() {
    Tool.FUSERMOUNT.require();
    Ended ended = asUser("666", "", "dibs run -- true; look; dibs stop; look");
    says(ended, "mounted", "served", "dibs: stopped.");
  }

  @Test
  void slotsAndLocksAreClaimedByOpening() {
    Tool.FUSERMOUNT.require();
    String script =
        """
        dibs run -- true
        cd "$DIBS_DIR/fs"
        until [ "$(cat pool/cpu/used)" = 0 ]; do sleep 0.05; done
        exec 9<>job/kind=link 8<>lock/a
        cat <&9 pool/cpu/used
        cat <&9
        timeout 1 sh -c 'exec 9>&-; exec 7<>job/2' || echo waits
        settle; kill -KILL $jvm
        cat pool/cpu/used lock/README >/dev/null && cat <&8 && stat -L -c %a /dev/fd/8
        exec 9>&-
        cat pool/cpu/used
        cd /; exec 8>&-
        dibs stop
        """;
    Ended ended = asUser("666", "", script);
    says(ended, "1", "ok 1 -", "waits", "ok exclusive", "600", "0", "dibs: stopped.");
  }

  @Test
  void itLivesThroughTheDeathOfAnyTwo() {
    Tool.FUSERMOUNT.require();
    String script =
        """
        dibs run -- true
        settle; kill -KILL $jvm; look
        settle; kill -KILL $supervisor $jvm; look
        settle; kill -KILL $keeper $jvm; look
        settle; kill -KILL $supervisor $keeper; look
        dibs stop; look
        """;
    Ended ended = asUser("666", "", script);
    says(
        ended,
        "mounted",
        "served",
        "mounted",
        "served",
        "mounted",
        "served",
        "mounted",
        "served",
        "dibs: stopped.");
  }

  @Test
  void whatDiesWithAllThreeIsRemovedByTheNext() {
    Tool.FUSERMOUNT.require();
    String script =
        """
        dibs run -- true
        settle; kill -KILL $supervisor $keeper $jvm; look
        dibs run -- true; look
        dibs stop; look
        """;
    says(asUser("666", "", script), "mounted", "mounted", "served", "dibs: stopped.");
  }

  @Test
  void whenTheSupervisorGivesUpItIsUnmounted() {
    Tool.FUSERMOUNT.require();
    String script =
        """
        dibs run -- true; whoever
        while [ ! -e "$DIBS_DIR/given-up" ]; do
          for child in $(cat /proc/$supervisor/task/$supervisor/children); do
            case $(cat /proc/$child/comm) in java) kill -KILL $child ;; esac
          done
          sleep 0.1
        done 2>/dev/null
        while [ -e /proc/$supervisor/exe ]; do sleep 0.1; done
        look
        dibs stop
        """;
    Ended ended = asUser("666", "", script);
    assertThat(ended.out()).as(ended.err()).startsWith("No daemon is running");
  }

  @Test
  void whoMayNotOpenTheDeviceBuildsWithoutAndIsToldWhy() {
    Ended ended = asUser("600", "", "dibs run -- true; dibs status --json; dibs stop >&2");
    assertThat(missing(ended)).contains("/dev/fuse", "permission denied");
  }

  @Test
  void withoutFusermountOneBuildsWithoutAndIsToldWhy() {
    String hide = "for f in /usr/bin/fusermount3 /bin/fusermount3; do [ ! -e $f ] || ";
    Ended ended =
        asUser(
            "666",
            hide + "mount --bind /dev/null $f; done",
            "dibs run -- true; dibs status --json; dibs stop >&2");
    assertThat(missing(ended)).contains("fusermount3", "Install the package fuse3");
  }

  @Test
  void aRootThatMayNotMountAsInAContainerIsToldWhy() {
    Ended ended =
        machine()
            .run(
                "666",
                "chown 0:0 user",
                "--bounding-set=-sys_admin --inh-caps=-sys_admin",
                LOOK + "dibs run -- true; dibs status --json; dibs stop >&2");
    assertThat(missing(ended)).contains("CAP_SYS_ADMIN");
  }
}
