package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A daemon that dies must not fail or hang what runs, and the next run finds its way. */
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
}
