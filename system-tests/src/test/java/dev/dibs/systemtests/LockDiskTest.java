package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With the lock directory on a disk of its own that is full or can't be written: a clear message or
 * a correct lock, never two holders, and runs run.
 */
class LockDiskTest {

  /**
   * {@code disk OPTIONS}: the lock directory's. {@code hold}: one has x until the end, or is
   * refused. {@code rivals}: others want it, with the daemon and without. {@code over}: the end.
   */
  private static final String STEPS =
      """
      locks=$DIBS_DIR/locks
      chmod 700 "$DIBS_DIR"
      mkdir -m 700 "$locks"
      disk() { mount -t tmpfs -o "mode=700,$1" tmpfs "$locks" || exit; }
      fill() { head -c 1000000 /dev/zero >"$locks/filling"; } 2>/dev/null
      hold() {
        dibs lock x -- sh -c 'echo x is held; until [ -e over ]; do sleep 0.02; done' >held &
        until [ -s held ] || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
        cat held
      }
      rivals() {
        dibs lock -n x -- echo x is had of the daemon
        echo of the daemon: $?
        dibs lock -n --no-daemon x -- echo x is had without
        echo without: $?
      }
      over() {
        >over
        wait $!
        echo the holder: $?
        dibs run --strict -- echo ran
        dibs stop --force >&2
      }
      """;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  private Ended on(String disk, String script) {
    return OwnMounts.run(dibs, STEPS + "disk '" + disk + "'\n" + script);
  }

  /** Room for so many files only, the directory itself among them, and nothing in any of them. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 8, 10})
  void whereThereIsHardlyRoomForFiles(int files) {
    Ended ended = on("size=4k,nr_inodes=" + files, "hold; rivals; over");
    isClearOrCorrect(ended);
  }

  @Test
  void whereNothingCanBeWrittenIntoFiles() {
    isClearOrCorrect(on("size=16k", "fill; hold; rivals; over"));
  }

  /** It was used before, so its files are there. */
  @Test
  void whereNothingCanBeWrittenAnyMore() {
    Ended ended =
        on(
            "size=64k",
            """
            dibs lock x -- true
            dibs stop --force >&2
            mount -o remount,ro "$locks" || exit
            hold; rivals; over
            """);
    assertThat(ended.out()).isEqualTo("of the daemon: 125\nwithout: 125\nthe holder: 125\nran\n");
    assertThat(ended.err()).contains("Locks can't be held in " + dibs.directory() + "/locks");
  }

  /** The daemon looks again when it is asked, once a second at most. */
  @Test
  void onceItCanBeWrittenLocksAreHadOfTheSameDaemon() {
    Ended ended =
        on(
            "size=64k,ro",
            """
            dibs lock x -- echo too early
            echo $?
            read -r before rest <"$DIBS_DIR/daemon"
            mount -o remount,rw "$locks" || exit
            left=100
            until dibs lock x -- echo x is had || [ $left = 0 ]; do
              left=$((left - 1))
              sleep 0.1
            done 2>/dev/null
            read -r after rest <"$DIBS_DIR/daemon"
            [ "$before" = "$after" ] && echo of the same
            rivals
            dibs stop --force >&2
            """);
    assertThat(ended.out())
        .isEqualTo(
            """
            125
            x is had
            of the same
            x is had of the daemon
            of the daemon: 0
            x is had without
            without: 0
            """);
    assertThat(ended.err()).contains("Locks can't be held in " + dibs.directory() + "/locks");
  }

  /** What was damaged is looked at anew: as its message says, that can be mended. */
  @Test
  void onceDamagedFencingNumbersAreRemovedLocksAreHadOfTheSameDaemon() {
    Ended ended =
        on(
            "size=64k",
            """
            dibs lock x -- sh -c 'echo $DIBS_FENCE >before'
            : >"$locks/fence"
            dibs lock x -- echo without a number
            echo $?
            rm "$locks/fence"
            dibs lock x -- sh -c '[ "$DIBS_FENCE" -gt "$(cat before)" ] && echo grows'
            dibs stop --force >&2
            """);
    assertThat(ended.out()).isEqualTo("125\ngrows\n");
  }

  @Test
  void whatIsHeldStaysSoWhenTheDiskFillsUpAndTheDaemonIsKilled() {
    Ended ended =
        on(
            "size=64k",
            """
            hold
            fill
            read -r killed rest <"$DIBS_DIR/daemon"
            kill -9 "$killed"
            rivals
            dibs lock $(seq -f a-name-of-some-length-%g 100) -- echo many
            echo many names: $?
            over
            """);
    assertThat(ended.out())
        .isEqualTo(
            """
            x is held
            of the daemon: 75
            without: 75
            many names: 125
            the holder: 0
            ran
            """);
    assertThat(ended.err()).contains("Is the disk full?");
  }

  private static void isClearOrCorrect(Ended ended) {
    String out = ended.out();
    assertThat(out).endsWith("ran\n");
    if (out.contains("x is held")) {
      assertThat(out).doesNotContain("x is had").contains("the holder: 0");
    } else {
      assertThat(out).contains("the holder: 125");
      assertThat(ended.err()).containsPattern("dibs: no lock: [^\n]+; the command does not run");
    }
  }
}
