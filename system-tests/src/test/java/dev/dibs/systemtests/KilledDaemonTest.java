package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A daemon that dies or stops must not fail or hang what runs, and the next run finds its way. */
class KilledDaemonTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  static Stream<Build> builds() {
    return Build.all();
  }

  @ParameterizedTest
  @MethodSource("builds")
  void aBuildEndsWellWithoutItsDaemon(Build build) {
    Running running = build.prepare(dibs, "b").withDibs().with("COUNTED_WAIT_MS", "100").start();
    Until.holds("a job", () -> dibs.count().started() > 0);
    Processes.signal("KILL", dibs.daemon().orElseThrow());
    running.end().well();
  }

  @Test
  void whatIsCalledLaterFindsItsWay() {
    Build.MAKE.prepare(dibs, "b");
    Running run =
        dibs.runScript(
                "echo ready; read go; make -j8 -C b && dibs job -- counted && dibs run -- counted")
            .piped()
            .start()
            .says("ready");
    Processes.signal("KILL", dibs.daemon().orElseThrow());
    run.closeInput();
    run.end().well();
    assertThat(dibs.count().ended()).isEqualTo(Build.JOBS + 2);
  }

  @Test
  void theNextRunStartsANewDaemon() {
    long first = dibs.startedDaemon();
    Processes.signal("KILL", first);
    assertThat(dibs.startedDaemon()).isNotEqualTo(first);
  }

  @Test
  void aWaiterIsServedAfterTheDeathOfTheDaemon() {
    Running one = dibs.holder();
    Running two = dibs.holder();
    Running waiter = dibs.dibs("run", "--", "true").start();
    Until.holds("a waiter", () -> dibs.dibs("status").end().out().contains("true"));
    Processes.signal("KILL", dibs.daemon().orElseThrow());
    one.closeInput();
    two.closeInput();
    waiter.end().well();
    one.end().well();
    two.end().well();
  }

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
