package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A run that ended while there was no daemon, granted between others that live: the next daemon
 * must have taken in all of them before it gives away what that one held.
 */
class EndedMeanwhileTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(3);

  private final DaemonKiller killer = new DaemonKiller(dibs);

  @Test
  void whatItHeldIsFreeOnceAndNotTheSlotsOfLaterOnes() {
    Tool.MAKE.require();
    Texts.write(dibs.folder().resolve("Makefile"), makefileWhoseJobsWaitForGo());
    Running make = dibs.runScript("echo held; read go; make -j9").piped().start().says("held");
    Running ended = dibs.holder();
    Running later = dibs.holder();
    make.closeInput();
    Until.holds("a job, and make waits for a token", () -> dibs.count().running() == 1);

    long supervisor = dibs.supervisor().orElseThrow();
    Processes.signal("STOP", supervisor);
    assertThat(killer.killDaemon()).isTrue();
    ended.closeInput();
    ended.end().well();
    Processes.signal("CONT", supervisor);

    Until.holds("the ended run's slot in make's hands", () -> dibs.count().running() >= 2);
    dibs.dibs("status").end().well();
    Texts.write(dibs.folder().resolve("go"), "");
    make.end().well();
    assertThat(dibs.count().peak()).as("beside the slot of the one that lives").isEqualTo(2);
    later.closeInput();
    later.end().well();
  }

  private static String makefileWhoseJobsWaitForGo() {
    return "all: a b c d\na b c d: ; @counted sh -c 'while [ ! -e go ]; do sleep 0.05; done'\n";
  }
}
