package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A claim never outlives its holder: SIGKILL at any moment. */
class KilledRunTest {
  /** Less than it takes to write off what nobody misses, also on a busy machine. */
  private static final Duration SOON = Duration.ofSeconds(12);

  private static final Set<String> MAKE_AND_JOBS = Set.of("make", "counted", "sleep");

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  @Test
  void aKilledRootGivesItsSlotBack() {
    Running first = dibs.holder();
    Running second = dibs.holder();
    Running waiter = dibs.dibs("run", "--", "true").start();
    first.kill();
    waiter.endWithin(SOON).well();
    second.kill();
    dibs.dibs("job", "--slots", "2", "--", "true").start().endWithin(SOON).well();
  }

  @Test
  void aKilledJobGivesItsSlotsBack() {
    Running job =
        dibs.dibs("job", "--slots", "2", "--", "sh", "-c", "echo held; exec cat").piped().start();
    job.says("held");
    Running waiter = dibs.dibs("job", "--slots", "2", "--", "true").start();
    job.kill();
    waiter.endWithin(SOON).well();
  }

  @Test
  void aMakeThatIsKilledWithItsChildrenGivesAllBack() {
    Running make = jobs("counted sleep 1000", "0");
    Processes.signal("KILL", -make.pid());
    dibs.dibs("job", "--slots", "2", "--", "true").start().endWithin(SOON).well();
  }

  @Test
  void aMakeThatIsKilledAloneKeepsWhatItsChildrenUse() {
    Running make = jobs("counted", "1000000");
    make.kill();
    dibs.dibs("job", "--slots", "2", "-w", "0.5", "--", "true").end().with(75);
    Processes.signal("KILL", -make.pid());
    dibs.dibs("job", "--slots", "2", "--", "true").start().endWithin(SOON).well();
  }

  @Test
  void aNestedRunThatIsKilledAloneKeepsItsSlotForWhatItsChildrenDo() {
    nestedRunIsKilledAlone(() -> {});
  }

  @Test
  void soItDoesIfItIsKilledWhileThereIsNoDaemon() {
    nestedRunIsKilledAlone(() -> assertThat(new DaemonKiller(dibs).killBoth()).isTrue());
  }

  private void nestedRunIsKilledAlone(Runnable before) {
    Running outer =
        dibs.runScript(
                """
                dibs run -q -- sleep 1000 &
                dibs run -q -- sh -c '(while :; do :; done) & echo $$ $! .; wait'
                sleep 1000
                """)
            .start()
            .says(".");
    String[] pids = Texts.read(outer.out()).strip().split(" ", -1);
    Until.holds(
        "the pool is full", () -> dibs.dibs("job", "-n", "--", "true").end().status() == 75);
    before.run();
    Processes.signal("KILL", Long.parseLong(pids[0]));
    dibs.dibs("job", "-w", "3", "--", "true").end().with(75);
    Processes.signal("KILL", Long.parseLong(pids[1]));
    dibs.dibs("job", "--", "true").start().endWithin(SOON).well();
    outer.killAll();
  }

  @Test
  void aNestedRunThatIsKilledAloneKeepsNothingForWhatIdles() {
    Running outer =
        dibs.runScript(
                """
                dibs run -q -- sleep 1000 &
                dibs run -q -- sh -c 'sleep 1000 & echo $$ $! .; wait'
                sleep 1000
                """)
            .start()
            .says(".");
    String[] pids = Texts.read(outer.out()).strip().split(" ", -1);
    Processes.signal("KILL", Long.parseLong(pids[0]));
    dibs.dibs("job", "--", "true").start().endWithin(SOON).well();
    Processes.signal("KILL", Long.parseLong(pids[1]));
    outer.killAll();
  }

  @Test
  void tokensOfAKilledMakeAreBackWhenTheRunEnds() {
    Texts.write(dibs.folder().resolve("Makefile"), makefile("counted sleep 1000"));
    Running run = dibs.runScript("make & exec cat").piped().start();
    Until.holds("two jobs", () -> dibs.count().started() >= 2);
    Until.holds("the end of make and its jobs", this::makeAndJobsAreKilled);
    run.closeInput();
    run.end().well();
    dibs.dibs("job", "--slots", "2", "--", "true").start().endWithin(SOON).well();
  }

  @Test
  void manyKilledRunsLeaveAWholePool() {
    for (int i = 0; i < 20; i++) {
      dibs.dibs("run", "--", "counted", "sleep", "1000").start().kill();
    }
    dibs.dibs("job", "--slots", "2", "--", "true").end().well();
    assertThat(dibs.count().peak()).isLessThanOrEqualTo(2);
  }

  /** Whether none is left; kills those that are. */
  private boolean makeAndJobsAreKilled() {
    List<ProcessHandle> left =
        dibs.inThisWorld().stream()
            .filter(p -> Processes.name(p.pid()).filter(MAKE_AND_JOBS::contains).isPresent())
            .toList();
    left.forEach(ProcessHandle::destroyForcibly);
    return left.isEmpty();
  }

  /** A make in a process group of its own, with two jobs at work; blocks until they are. */
  private Running jobs(String recipe, String cpuMs) {
    Tool.SETSID.require();
    Texts.write(dibs.folder().resolve("Makefile"), makefile(recipe));
    Running make =
        dibs.plain("setsid", "dibs", "run", "--", "make", "-j")
            .with("COUNTED_CPU_MS", cpuMs)
            .start();
    Until.holds("two jobs", () -> dibs.count().started() >= 2);
    return make;
  }

  private static String makefile(String recipe) {
    return "all: a b c\na b c: ; @" + recipe + "\n";
  }
}
