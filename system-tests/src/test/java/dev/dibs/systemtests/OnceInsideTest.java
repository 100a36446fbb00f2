package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code dibs once} inside of runs, locks and itself, and what {@code dibs status} says of it. */
class OnceInsideTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(1).kept();

  private Command once(String script) {
    return dibs.dibs("once", "x", "--", "sh", "-c", script);
  }

  /** The same, inside a run. */
  private Running onceInRun(String script) {
    List<String> words = new ArrayList<>(List.of("run", "--", Programs.dibs().toString()));
    words.addAll(List.of("once", "x", "--", "sh", "-c", script));
    return dibs.dibs(words.toArray(String[]::new)).start();
  }

  private Map<String, String> status() {
    return Json.scalars(dibs.dibs("status", "--json").end().well().out());
  }

  private void awaitWaiters(int count) {
    Until.holds(
        count + " waiters", () -> Integer.toString(count).equals(status().get("/once/0/waiting")));
  }

  @Test
  void whoRunsTheWorkGetsTheSlotOfWhoWaitsForIt() {
    String needsSlot = "echo held; read go; exec " + Programs.dibs() + " run -- echo ran";
    Running runner = once(needsSlot).piped().start();
    runner.says("held");
    Running waiter = onceInRun(needsSlot);
    awaitWaiters(1);
    runner.say("go");
    assertThat(runner.end().well().out()).isEqualTo("held\nran\n");
    assertThat(waiter.end().well().out()).isEqualTo("held\nran\n");
  }

  @Test
  void whoWaitedGoesOnWhenItHasItsSlotAgain() {
    String work = "echo held; exec cat";
    Running runner = once(work).piped().start();
    runner.says("held");
    Running waiter = onceInRun(work);
    awaitWaiters(1);
    Running borrower = dibs.holder();
    runner.closeInput();
    runner.end().well();
    Until.holds("nothing under way", () -> !status().containsKey("/once/0/id"));
    assertThat(waiter.isOver()).isFalse();
    borrower.closeInput();
    assertThat(waiter.end().well().out()).isEqualTo("held\n");
  }

  @Test
  void itWorksInARunInALockInItselfAndAroundThem() {
    String dibs = Programs.dibs().toString();
    String[] around = {"run", "--", "DIBS", "lock", "l", "--", "DIBS", "once", "a", "--"};
    String[] within = {"DIBS", "once", "b", "--", "DIBS", "run", "--", "DIBS", "job", "--"};
    List<String> words = new ArrayList<>(List.of(around));
    words.addAll(List.of(within));
    words.addAll(List.of("DIBS", "lock", "l", "--", "sh", "-c", "echo in; exit 7"));
    words.replaceAll(word -> word.equals("DIBS") ? dibs : word);
    assertThat(this.dibs.dibs(words.toArray(String[]::new)).end().with(7).out()).isEqualTo("in\n");
  }

  @Test
  void aPrivatePoolHasNoWorkOfItsOwn() {
    String work = "echo held; exec cat";
    Running runner = once(work).piped().start();
    runner.says("held");
    Running waiter =
        dibs.dibs(
                "run",
                "--private",
                "-j1",
                "--",
                Programs.dibs().toString(),
                "once",
                "x",
                "--",
                "sh",
                "-c",
                work)
            .start();
    awaitWaiters(1);
    runner.closeInput();
    runner.end().well();
    assertThat(waiter.end().well().out()).isEqualTo("held\n");
  }

  @Test
  void theStatusNamesTheWorkAndWhoWaits() {
    dibs.startedDaemon();
    assertThat(dibs.dibs("status").end().well().out()).contains("Nothing runs.");
    Running runner = once("echo held; exec cat").piped().start();
    runner.says("held");
    List<Running> waiters =
        Arrays.asList(new Running[4]).stream()
            .map(none -> once("echo held; exec cat").start())
            .toList();
    awaitWaiters(waiters.size());
    assertThat(status())
        .containsEntry("/once/0/key", "x")
        .containsEntry("/once/0/state", "running")
        .containsEntry("/once/0/pid", Long.toString(runner.pid()))
        .containsEntry("/once/0/command", "sh -c echo held; exec cat")
        .containsEntry("/once/0/directory", dibs.folder().toString())
        .containsKey("/once/0/age_ms")
        .containsKey("/once/0/waiters/3/age_ms");
    assertThat(
            status().entrySet().stream()
                .filter(entry -> entry.getKey().matches("/once/0/waiters/[0-9]/pid"))
                .map(Map.Entry::getValue)
                .collect(Collectors.toSet()))
        .isEqualTo(
            waiters.stream().map(one -> Long.toString(one.pid())).collect(Collectors.toSet()));
    assertThat(dibs.dibs("status").end().well().out())
        .containsPattern("ONCE +STATE +WAITING")
        .containsPattern(
            "x +running +4 \\(pid [0-9]+ [0-9]+ [0-9]+ \\.\\.\\.\\) +[0-9]+ s +" + runner.pid());
    runner.closeInput();
    waiters.forEach(waiter -> assertThat(waiter.end().well().out()).isEqualTo("held\n"));
  }
}
