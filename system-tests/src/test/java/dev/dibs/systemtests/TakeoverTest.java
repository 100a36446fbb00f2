package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the next daemon, and whoever asks it, makes of what a killed one left. */
class TakeoverTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  private final DaemonKiller killer = new DaemonKiller(dibs);

  @Test
  void aRunThatEndedMeanwhileHoldsNothingAndHindersNobody() {
    Running holder = dibs.holder();
    long supervisor = dibs.supervisor().orElseThrow();
    Processes.signal("STOP", supervisor);
    assertThat(killer.killDaemon()).isTrue();
    holder.closeInput();
    holder.end().well();
    Processes.signal("CONT", supervisor);
    Until.holds("the supervisor's next daemon", () -> dibs.daemon().isPresent());
    Ended next = dibs.dibs("run", "--", "true").end().well();
    assertThat(next.err()).isEmpty();
    dibs.dibs("job", "--slots", "2", "--", "true").end().well();
  }

  @Test
  void aToolThatAScriptCallsLaterStaysInThePool() {
    Tool.NINJA.require();
    Build.NINJA.prepare(dibs, "n");
    Build.MAKE.prepare(dibs, "m");
    Running other = dibs.holder();
    Running run =
        dibs.runScript("echo ready; read go; ninja -j9 -C n && make -j9 -C m")
            .piped()
            .start()
            .says("ready");
    assertThat(killer.killBoth()).isTrue();
    run.closeInput();
    run.end().well();
    assertThat(dibs.count()).returns(1L, Count::peak);
    other.closeInput();
    other.end().well();
  }

  @Test
  void aToolThatWaitsWhenTheDaemonDiesWaitsOn() {
    Tool.NINJA.require();
    Build.NINJA.prepare(dibs, "n");
    Running other = dibs.holder();
    Running run =
        dibs.runScript(
                """
                exec 3<&0
                dibs job -- sh -c '>held; exec cat' <&3 &
                while [ ! -e held ]; do sleep 0.05; done
                ninja -j9 -C n && wait
                """)
            .piped()
            .start();
    Until.holds("ninja waits", () -> isNinjaWaiting(dibs));
    killer.killDaemon();
    Until.holds("a new daemon that knows", () -> isNinjaWaiting(dibs));
    other.closeInput();
    run.closeInput();
    run.end().well();
    other.end().well();
    assertThat(dibs.count().peak()).isLessThanOrEqualTo(2);
  }

  private static boolean isNinjaWaiting(Dibs dibs) {
    return dibs.dibs("status")
        .end()
        .out()
        .lines()
        .anyMatch(l -> l.contains("waiting ") && l.contains("ninja"));
  }

  @Test
  void whoeverWaitsForAStarterThatIsKilledStartsTheDaemonItself() {
    List<Running> runs =
        IntStream.range(0, 6).mapToObj(i -> dibs.dibs("run", "--", "true").start()).toList();
    Path claim = dibs.directory().resolve("starting");
    List<Running> starter = new ArrayList<>();
    Until.holds(
        "a starter that is killed",
        () -> {
          String pid = Texts.readIfThere(claim).strip();
          runs.stream().filter(run -> pid.equals("" + run.pid())).forEach(starter::add);
          return !starter.isEmpty();
        });
    starter.forEach(Running::kill);
    runs.stream()
        .filter(run -> !starter.contains(run))
        .forEach(run -> assertThat(run.end().well().err()).isEmpty());
  }

  @Test
  void replyFifosOfAskersThatWereKilledGo() {
    Running holder = dibs.holder();
    Path replies = dibs.directory().resolve("r");
    dibs.plain("mkfifo", replies.resolve("999999999").toString()).end().well();
    holder.closeInput();
    holder.end().well();
    Until.holds("no reply FIFO", () -> isEmpty(replies));
  }

  private static boolean isEmpty(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void threeProjectsAtOnceStayInThePoolWhileItsDaemonDiesEverySecond() {
    List<Build> builds = List.of(Build.SCRIPT, Build.CMAKE_NINJA, Build.CARGO);
    dibs.startedDaemon();
    List<Running> running =
        builds.stream()
            .map(build -> build.prepare(dibs, "b" + builds.indexOf(build)))
            .toList()
            .stream()
            .map(ready -> ready.withDibs().meeting(2).with("COUNTED_WAIT_MS", "200").start())
            .toList();
    int kills = 0;
    while (!Until.becomesTrue(
        () -> running.stream().allMatch(Running::isOver), Duration.ofSeconds(1))) {
      // With its supervisor now and then, which gives up on purpose when five JVMs in a row die
      // young.
      kills += kills % 4 == 3 ? (killer.killBoth() ? 1 : 0) : (killer.killDaemon() ? 1 : 0);
    }
    running.forEach(build -> assertThat(build.end().well().err()).doesNotContain("without dibs"));
    assertThat(dibs.count().peak()).isEqualTo(2);
    assertThat(kills).isGreaterThanOrEqualTo(3);
  }
}
