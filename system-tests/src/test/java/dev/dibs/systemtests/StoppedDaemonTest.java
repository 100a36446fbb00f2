package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A daemon that is stopped must not fail or hang what runs. */
@Waiting("a daemon that is stopped is given five seconds")
class StoppedDaemonTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  @Test
  void aStoppedDaemonIsContinuedBeforeAnybodyGivesUp() {
    Processes.signal("STOP", dibs.startedDaemon());
    Ended run = dibs.dibs("run", "--", "echo", "ran").start().endWithin(Duration.ofSeconds(15));
    assertThat(run.well()).returns("ran\n", Ended::out).returns("", Ended::err);
  }

  /** One that nobody would continue, and of whom nobody asks anything by a file. */
  private long nobodysDaemon() {
    dibs.dibs("run", "--", "true").with("DIBS_ENDPOINT", "fifo").end().well();
    dibs.killGuards();
    return dibs.daemon().orElseThrow();
  }

  @Test
  void aStoppedDaemonIsWaitedForInBounds() {
    long daemon = nobodysDaemon();
    Processes.signal("STOP", daemon);
    try {
      Ended run = dibs.dibs("run", "--", "echo", "ran").start().endWithin(Duration.ofSeconds(15));
      assertThat(run.well().out()).isEqualTo("ran\n");
      assertThat(run.err().lines()).hasSize(1).allMatch(l -> l.startsWith("dibs: "));
    } finally {
      Processes.signal("CONT", daemon);
    }
  }

  @Test
  void aDaemonThatGoesOnHarmsNobody() {
    long daemon = nobodysDaemon();
    Processes.signal("STOP", daemon);
    try {
      dibs.dibs("run", "--", "true").start().endWithin(Duration.ofSeconds(15)).well();
    } finally {
      Processes.signal("CONT", daemon);
    }
    Build.MAKE.prepare(dibs, "b").withDibs().meeting(2).end().well();
    assertThat(dibs.count().peak()).isEqualTo(2);
    assertThat(dibs.daemon()).isPresent();
  }

  @Test
  void strictDoesNotRunWithoutADaemon() {
    long daemon = nobodysDaemon();
    Processes.signal("STOP", daemon);
    try {
      Ended run =
          dibs.dibs("run", "--strict", "--", "echo", "ran")
              .start()
              .endWithin(Duration.ofSeconds(15));
      assertThat(run.with(125).out()).isEmpty();
    } finally {
      Processes.signal("CONT", daemon);
    }
  }
}
