package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With the directory on a file system of its own that is full, in a mount namespace of its own. */
class FullDiskTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  /** A script that is to leave no daemon behind; {@code fill} fills the disk. */
  private Ended onSmallDisk(String script) {
    String mount =
        """
        mount -t tmpfs -o size=300k,mode=700 tmpfs "$DIBS_DIR" || exit
        fill() { head -c 1000000 /dev/zero >"$DIBS_DIR/filling" 2>/dev/null; }
        """;
    return OwnMounts.run(dibs, mount + script);
  }

  @Test
  void aDiskThatFillsUpStopsNoRun() {
    Ended ended =
        onSmallDisk(
            """
            dibs run -- echo one
            fill
            dibs run -- echo two
            dibs run -- dibs job -- echo three
            dibs stop --force
            """);
    assertThat(ended.out()).contains("one\ntwo\nthree\n");
  }

  @Test
  void aDaemonKilledOnAFullDiskIsReplaced() {
    Ended ended =
        onSmallDisk(
            """
            dibs run -- true
            fill
            read -r killed rest <"$DIBS_DIR/daemon"
            kill -9 "$killed"
            dibs run -- echo served
            read -r next rest <"$DIBS_DIR/daemon"
            [ "$next" != "$killed" ] && echo replaced
            dibs stop --force
            """);
    assertThat(ended.out()).contains("served\nreplaced\n");
    assertThat(ended.err()).doesNotContain("without dibs");
  }

  @Test
  void whereNothingCanBeWrittenRunsGoWithoutADaemon() {
    Ended ended = onSmallDisk("fill; dibs run -- echo ran");
    assertThat(ended.well().out()).isEqualTo("ran\n");
    assertThat(ended.err()).contains("Is the disk full?").contains("running without dibs");
  }
}
