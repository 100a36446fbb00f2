package dev.dibs.daemon.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTextTest {

  private static final StatusSnapshot.Daemon DAEMON =
      new StatusSnapshot.Daemon(4711, "0.1.0", "/run/user/1000/dibs", 90_000, null, null);

  private static StatusSnapshot snapshot(int used, StatusSnapshot.Claim... claims) {
    StatusSnapshot.Pool pool =
        new StatusSnapshot.Pool("cpu", 4, used, 0, List.of("4 CPUs allowed by affinity"));
    return new StatusSnapshot(DAEMON, List.of(pool), List.of(claims));
  }

  private static StatusSnapshot.Claim run(
      String id,
      StatusSnapshot.State state,
      String command,
      int slots,
      StatusSnapshot.Foreign... foreign) {
    return new StatusSnapshot.Claim(
        id,
        true,
        state,
        null,
        null,
        null,
        null,
        4720,
        command,
        "/home/me/src/a",
        180_000,
        slots,
        slots / 2,
        false,
        100,
        8,
        "descriptors",
        List.of(),
        false,
        List.of(foreign),
        List.of(),
        "cpu");
  }

  private static StatusSnapshot.Claim coveredJob(String within) {
    return new StatusSnapshot.Claim(
        within + ".9k",
        false,
        StatusSnapshot.State.RUNNING,
        within,
        null,
        "link",
        "app",
        4731,
        "ld -o app",
        "/home/me/src/a",
        2_000,
        0,
        0,
        true,
        100,
        Integer.MAX_VALUE,
        "none",
        List.of(),
        false,
        List.of(),
        List.of(),
        "cpu");
  }

  private static String text(StatusSnapshot snapshot) {
    return new StatusText(snapshot, "/home/me").render();
  }

  @Test
  void anIdlePoolSaysItsSizeAndWhy() {
    assertThat(text(snapshot(0)))
        .isEqualTo(
            """
            Pool cpu: 0 of 4 slots in use, 0 waiting (4 CPUs allowed by affinity)
            Nothing runs.
            """);
  }

  @Test
  void runsAndMembersStandInATable() {
    String text =
        text(
            snapshot(
                3,
                run("8jx", StatusSnapshot.State.RUNNING, "make all", 2),
                coveredJob("8jx"),
                run("8jy", StatusSnapshot.State.WAITING, "ninja", 0)));
    assertThat(text)
        .isEqualTo(
            """
            Pool cpu: 3 of 4 slots in use, 1 waiting (4 CPUs allowed by affinity)
            ID        STATE    SLOTS            AGE    PID   CONNECTED    DIRECTORY  COMMAND
            8jx       running  2 of 8 +1 ready  3 min  4720  descriptors  ~/src/a    make all
            - 8jx.9k  running  covered          2 s    4731  none         ~/src/a    ld -o app [link app]
            8jy       waiting  0 of 8           3 min  4720  descriptors  ~/src/a    ninja
            """);
  }

  @Test
  void aRunWithSlotsOfItsOwnShowsItsCpus() {
    String text = text(snapshot(3, sized(List.of(0, 1, 2, 5), false), sized(List.of(), true)));
    assertThat(text).contains(" 3      ").contains("CPU 0-2,5, background");
    assertThat(text).contains(" covered +3 ").contains("slots, background");
    assertThat(StatusJson.render(snapshot(3, sized(List.of(0, 5), false)), json -> {}, false))
        .contains("\"cpus\" : [ 0, 5 ]")
        .contains("\"background\" : true")
        .contains("\"connection\" : \"slots\"");
  }

  private static StatusSnapshot.Claim sized(List<Integer> cpus, boolean covered) {
    return new StatusSnapshot.Claim(
        "8jz",
        true,
        StatusSnapshot.State.RUNNING,
        null,
        null,
        null,
        null,
        4720,
        "pytest",
        "/home/me/src/a",
        180_000,
        3,
        0,
        covered,
        10,
        Integer.MAX_VALUE,
        "slots",
        cpus,
        true,
        List.of(),
        List.of(),
        "cpu");
  }

  @Test
  void foreignTextCannotDriveTheTerminal() {
    String text = text(snapshot(1, run("8jx", StatusSnapshot.State.RUNNING, "a\033[2Jb\nc", 1)));
    assertThat(text).contains("a\\x1b[2Jb\\x0ac").doesNotContain("\033");
  }

  @Test
  void aJobserverOutsideThePoolIsNamed() {
    StatusSnapshot.Foreign foreign = new StatusSnapshot.Foreign(4800, "/usr/bin/make -j9");
    assertThat(text(snapshot(1, run("8jx", StatusSnapshot.State.RUNNING, "sh x", 1, foreign))))
        .contains("! 8jx: pid 4800 (/usr/bin/make -j9) opened a jobserver of its own");
  }

  @Test
  void jsonKeepsForeignTextAsItIsAndSaysNullWhereNothingIs() {
    String json =
        StatusJson.render(
            snapshot(1, run("8jx", StatusSnapshot.State.RUNNING, "a\033\"b", 1), coveredJob("8jx")),
            locks -> locks.writeStringField("locks", "here"),
            false);
    assertThat(json)
        .contains("\"version\" : 1")
        .contains("\"locks\" : \"here\"")
        .contains("\"command\" : \"a\\u001B\\\"b\"")
        .contains("\"within\" : null")
        .contains("\"cap\" : 8")
        .contains("\"cap\" : null")
        .contains("\"covered\" : true")
        .endsWith("}\n");
  }
}
