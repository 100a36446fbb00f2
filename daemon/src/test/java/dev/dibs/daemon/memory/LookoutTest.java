package dev.dibs.daemon.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real processes, claims that are only said to be theirs. */
class LookoutTest {

  private static final String HOG =
      "python3 -c 'import time; x=bytearray(64<<20); time.sleep(1000)' & ";

  private final Commands commands = new Commands();
  private final Lookout lookout = new Lookout(WatchSettings.usual(OptionalInt.of(1_000)));

  @AfterEach
  void endCommands() throws InterruptedException {
    commands.end();
  }

  @Test
  void aProcessBelongsToTheNearestClaimAboveIt() throws Exception {
    Process outer =
        commands.script(
            "sh -c 'python3 -c \"import time; x=bytearray(64<<20); print(flush=True);"
                + " time.sleep(1000)\"; :' & echo $!; wait",
            Map.of());
    int inner = commands.numbers(outer)[0];
    assertThat(outer.inputReader().readLine()).isEmpty();
    Watched run = new Watched(1, 1, (int) outer.pid(), "r", true);
    Watched job = new Watched(2, 1, inner, "r.j", false);
    Look look = lookout.look(List.of(run, job), 0);
    assertThat(use(look, 2).mib()).isBetween(64, 200);
    assertThat(use(look, 2).processes()).isEqualTo(2);
    assertThat(use(look, 1).mib()).isLessThan(40);
    assertThat(look.parties()).containsOnlyKeys(1L);
    assertThat(use(lookout.look(List.of(run), 0), 1).mib()).isBetween(64, 250);
  }

  @Test
  void whoLostItsParentsStaysInItsClaim() throws Exception {
    Process holder = commands.script("sleep 1000 & echo $!; read x", Map.of());
    int orphan = commands.numbers(holder)[0];
    Watched job = new Watched(1, 1, (int) holder.pid(), "j", true);
    assertThat(members(job)).contains(orphan);
    holder.destroyForcibly().waitFor();
    assertThat(members(new Watched(1, 1, 0, "j", true))).containsExactly(orphan);
  }

  @Test
  void whoWasNeverSeenBelowAClaimIsKnownByItsEnvironment() throws Exception {
    Process gone =
        commands.script("sleep 1000 & echo $!", Map.of("DIBS_RUN", "r1.m2", "DIBS_JOB", "77"));
    int orphan = commands.numbers(gone)[0];
    gone.waitFor();
    assertThat(members(new Watched(3, 3, 0, "r1", true))).containsExactly(orphan);
    assertThat(
            new Lookout(WatchSettings.usual(OptionalInt.empty()))
                .sorted(List.of(new Watched(4, 4, 0, "r", true))))
        .doesNotContainKey(4L);
  }

  @Test
  void whatIsLeftOfAJobIsItsRunsWhenTheJobIsOver() throws Exception {
    Process gone = commands.script("sleep 1000 & echo $!; read x", Map.of("DIBS_RUN", "r1"));
    int orphan = commands.numbers(gone)[0];
    Watched run = new Watched(1, 1, 0, "r1", true);
    Watched job = new Watched(2, 1, (int) gone.pid(), "r1.j", false);
    assertThat(lookout.sorted(List.of(run, job)).get(2L)).hasSize(2);
    gone.destroyForcibly().waitFor();
    assertThat(members(run)).containsExactly(orphan);
  }

  @Test
  void aClaimWhoseProcessesAreGoneUsesNothing() throws Exception {
    Process gone = commands.script(":", Map.of());
    gone.waitFor();
    Look look = lookout.look(List.of(new Watched(1, 1, (int) gone.pid(), "r", true)), 0);
    assertThat(use(look, 1)).isEqualTo(new Use(1, 0, 0, false, 0));
  }

  @Test
  void whoForksFasterThanSomebodyLooksIsCountedAllTheSame() throws Exception {
    Process forks =
        commands.script(
            HOG + "echo $!; while :; do (:); (:) & done", Map.of()); // ends with the test
    int hog = commands.numbers(forks)[0];
    Watched run = new Watched(1, 1, (int) forks.pid(), "r", true);
    Commands.await("the hog's memory", () -> use(lookout.look(List.of(run), 0), 1).mib() >= 64);
    for (int i = 0; i < 20; i++) {
      assertThat(use(lookout.look(List.of(run), 0), 1).mib()).isGreaterThanOrEqualTo(64);
    }
    assertThat(Commands.lives(hog)).isTrue();
  }

  @Test
  void whatWasAtItsPeakBetweenTwoLooksIsKnownOfTheLargest() throws Exception {
    Process shrunk =
        commands.script(
            "python3 -c 'x=bytearray(96<<20); del x; print(flush=True); input()'; :", Map.of());
    assertThat(shrunk.inputReader().readLine()).isEmpty();
    Look look = lookout.look(List.of(new Watched(1, 1, (int) shrunk.pid(), "r", true)), 0);
    assertThat(use(look, 1).mib()).isLessThan(90);
    assertThat(use(look, 1).peakMib()).isGreaterThanOrEqualTo(96);
  }

  @Test
  void whoSleepsInAStillMachineIsNotLookedAtAgainUntilSomebodyWorks() throws Exception {
    QuietMachine machine = new QuietMachine();
    Lookout still = new Lookout(WatchSettings.usual(OptionalInt.of(1_000)), new Stillness(machine));
    Process sleeper = commands.script("sleep 1000 & echo $!; wait", Map.of());
    int sleep = commands.numbers(sleeper)[0];
    List<Watched> claims = List.of(new Watched(1, 1, (int) sleeper.pid(), "r", true));
    assertThat(still.look(claims, 0).still()).isFalse();
    assertThat(still.look(claims, 4_000).still()).as("it worked a moment ago").isFalse();
    ProcessHandle.of(sleep).orElseThrow().destroyForcibly();
    Commands.await("the end of a process", () -> !Commands.lives(sleep));
    Look unchanged = still.look(claims, 9_000);
    assertThat(unchanged.still()).isTrue();
    assertThat(unchanged.atMs()).isEqualTo(9_000);
    machine.busyTicks += 100;
    assertThat(still.look(claims, 14_000).still()).as("somebody worked").isFalse();
    assertThat(still.look(claims, 19_000).still()).isTrue();
    machine.newestPid++;
    assertThat(still.look(claims, 24_000).still()).as("somebody was born").isFalse();
    assertThat(still.look(List.of(), 29_000).still()).as("other claims").isFalse();
  }

  private static final class QuietMachine implements Stillness.Machine {
    private long busyTicks;
    private long newestPid;

    @Override
    public OptionalLong busyTicks() {
      return OptionalLong.of(busyTicks);
    }

    @Override
    public OptionalLong newestPid() {
      return OptionalLong.of(newestPid);
    }
  }

  private List<Integer> members(Watched claim) throws Exception {
    return lookout.sorted(List.of(claim)).getOrDefault(claim.claim(), List.of()).stream()
        .map(process -> process.pid())
        .toList();
  }

  private static Use use(Look look, long claim) {
    return look.uses().stream().filter(use -> use.claim() == claim).findAny().orElseThrow();
  }
}
