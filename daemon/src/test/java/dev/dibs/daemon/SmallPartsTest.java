package dev.dibs.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.daemon.loop.TimerQueue;
import dev.dibs.host.ProcessStat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallPartsTest {

  @Test
  void namesOfClaimsLeadBackToTheirNumbers() {
    long id = new ClaimIds(1_800_000_000_000L).next();
    assertThat(ClaimIds.parse(ClaimIds.name(id))).hasValue(id);
    assertThat(ClaimIds.parse("8jx.9k." + ClaimIds.name(id))).hasValue(id);
    assertThat(ClaimIds.parse("no such claim")).isEmpty();
    assertThat(ClaimIds.parse("")).isEmpty();
  }

  @Test
  void aLaterDaemonUsesNoNumberAgain() {
    assertThat(new ClaimIds(1_800_000_000_001L).next())
        .isGreaterThan(new ClaimIds(1_800_000_000_000L).next());
  }

  @Test
  void timersRunInTheOrderOfTheirTimes() {
    TimerQueue timers = new TimerQueue();
    List<String> done = new ArrayList<>();
    timers.at(20, () -> done.add("second"));
    timers.at(10, () -> done.add("first"));
    timers.at(15, () -> done.add("cancelled")).cancel();
    timers.at(30, () -> done.add("later"));
    timers.runDue(20);
    assertThat(done).containsExactly("first", "second");
    assertThat(timers.nextMs()).isEqualTo(30);
  }

  private static ProcessStat process(int pid, char state, long ticks) {
    return new ProcessStat(pid, "cc", state, 1, 1, ticks, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "/bin/sh /x/dibs run make -j, make -j",
    "/bin/sh /x/dibs run -j 4 --name dibs --quiet -- make run, make run",
    "dibs job --kind link -- ld, ld",
    "bash -p -c x /x/dibs run -- make all, make all",
    "/bin/sh /x/shims/env-a-1/make -C a, make -C a",
    "/bin/sh /x/a.sh -C a, /bin/sh /x/a.sh -C a",
    "/bin/sh /x/dibs run, /bin/sh /x/dibs run"
  })
  void aWaitingLauncherIsShownAsWhatItWillBecome(String line, String command) {
    assertThat(String.join(" ", LauncherLine.command(List.of(line.split(" ", -1)))))
        .isEqualTo(command);
  }

  @Test
  void aGroupIsIdleWhenTheSameProcessesSleptAllTheTime() {
    Activity activity = new Activity();
    assertThat(activity.isIdleSinceLastLook(List.of(process(1, 'S', 5)))).isFalse();
    assertThat(activity.isIdleSinceLastLook(List.of(process(1, 'S', 5)))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1, R, 5", "1, D, 5", "1, T, 5", "1, S, 6", "2, S, 5"})
  void aGroupThatRunsWaitsForADiskIsStoppedUsedCpuOrChangedIsNotIdle(
      int pid, char state, long ticks) {
    Activity activity = new Activity();
    activity.isIdleSinceLastLook(List.of(process(1, 'S', 5)));
    assertThat(activity.isIdleSinceLastLook(List.of(process(pid, state, ticks)))).isFalse();
  }
}
