package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** Slots that lie idle are lent, and processors that others keep busy are counted. */
@Isolated("it says who keeps processors busy, and that is nobody else")
class IdleAndBusyTest {
  private static final int TEMPORARILY = 75;

  /** Works, and gets a processor on a busy machine too if it may. */
  private static final String WORK = "exec nice -n -10 sh -c 'while :; do :; done' 2>/dev/null";

  /** To ask all the time would itself keep a processor busy. */
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  @RegisterExtension final Dibs dibs = Dibs.withPool(1);

  @Test
  void anIdleHoldersSlotIsLentUntilItWorksAgain() {
    Running holder = first("echo held; read x; " + WORK).piped().start().says("held");
    assertThat(job("--", "echo", "ran").end().well().out()).isEqualTo("ran\n");
    assertThat(holder.isOver()).isFalse();
    assertThat(atOnce()).isZero();
    holder.say("work");
    holds("the slot is called back", () -> atOnce() == TEMPORARILY);
  }

  /** The control: it is idleness that lends. */
  @Test
  void whoWorksLendsNothing() {
    first("echo held; " + WORK).start().says("held");
    assertThat(job("-w", "3", "--", "true").end().status()).isEqualTo(TEMPORARILY);
  }

  @Test
  void whoKeepsAProcessorBusyInNoClaimIsNamedAndCounted() {
    Command holder = first("echo held; exec cat").without("DIBS_POOL_SIZE").piped();
    holder.start().says("held");
    Running asleep = dibs.plain("sleep", "1000").start();
    Running hog = dibs.plain("sh", "-c", WORK).start();
    holds("the hog is named", () -> burners().contains(hog.pid()));
    assertThat(burners()).doesNotContain(asleep.pid());
    int cpus = Runtime.getRuntime().availableProcessors();
    assertThat(Integer.parseInt(status().get("/pools/0/size")))
        .isLessThanOrEqualTo(Math.max(1, cpus - 1));
    assertThat(dibs.dibs("status").end().well().out())
        .containsPattern("pid " + hog.pid() + " \\([a-z]+\\)");
    hog.killAll();
    holds("the hog is forgotten", () -> !burners().contains(hog.pid()));
  }

  /** A run that starts the daemon: who is idle for a second is idle, and looks are frequent. */
  private Command first(String script) {
    return dibs.runScript(script).with("DIBS_LEND_SECONDS", "1").with("DIBS_MEMORY", "400M");
  }

  /** A job that need not wait for memory. */
  private Command job(String... words) {
    List<String> all = new ArrayList<>(List.of("job", "--mem", "16M"));
    all.addAll(List.of(words));
    return dibs.dibs(all.toArray(String[]::new));
  }

  /** The status of a job that does not wait. */
  private int atOnce() {
    return job("-n", "--", "true").end().status();
  }

  private void holds(String what, BooleanSupplier condition) {
    Until.holds(
        () -> what + "; " + status(),
        () -> {
          LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
          return condition.getAsBoolean();
        },
        Until.DEADLINE);
  }

  private List<Long> burners() {
    Map<String, String> status = status();
    return IntStream.iterate(
            0, i -> status.containsKey("/memory/burners/" + i + "/pid"), i -> i + 1)
        .mapToObj(i -> Long.valueOf(status.get("/memory/burners/" + i + "/pid")))
        .toList();
  }

  private Map<String, String> status() {
    return Json.scalars(dibs.dibs("status", "--json").end().well().out());
  }
}
