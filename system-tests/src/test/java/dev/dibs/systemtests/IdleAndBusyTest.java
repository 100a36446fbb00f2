package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Slots that lie idle are lent, and processors that others keep busy are counted. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class IdleAndBusyTest {
  private static final int TEMPORARILY = 75;

  /** It takes half a minute until somebody counts as idle. */
  private static final Duration LONG = Duration.ofSeconds(120);

  /** Works, and gets a processor also on a busy machine if it may. */
  private static final String WORK = "exec nice -n -20 sh -c 'while :; do :; done' 2>/dev/null";

  @RegisterExtension final Dibs dibs = Dibs.withPool(1);

  @Test
  void anIdleHoldersSlotIsLentUntilItWorksAgain() {
    Running holder =
        dibs.dibs("run", "--", "sh", "-c", "echo held; read x; " + WORK).piped().start();
    holder.says("held");
    Running waiter = dibs.dibs("job", "--", "echo", "ran").start();
    Until.holds(() -> "a loan; " + waiter.said(), waiter::isOver, LONG);
    assertThat(waiter.end().well().out()).isEqualTo("ran\n");
    assertThat(holder.isOver()).isFalse();
    assertThat(now()).isZero();
    holder.say("work");
    Until.holds(() -> "the loan back", () -> paused() && now() == TEMPORARILY, LONG);
  }

  @Test
  void whoKeepsAProcessorBusyInNoClaimIsNamedAndCounted() {
    dibs.dibs("run", "--", "sh", "-c", "echo held; exec cat")
        .without("DIBS_POOL_SIZE")
        .piped()
        .start()
        .says("held");
    Running hog = dibs.plain("sh", "-c", WORK).start();
    Until.holds(() -> "its name; " + json(), () -> paused() && burners().contains(hog.pid()), LONG);
    int cpus = Runtime.getRuntime().availableProcessors();
    Until.holds(
        () -> "a smaller pool; " + json(),
        () -> Integer.parseInt(json().get("/pools/0/size")) <= Math.max(1, cpus - 1),
        LONG);
    assertThat(dibs.dibs("status").end().well().out())
        .containsPattern("pid " + hog.pid() + " \\([a-z]+\\)");
    hog.killAll();
    Until.holds(
        () -> "no such name; " + json(), () -> paused() && !burners().contains(hog.pid()), LONG);
  }

  /** To ask all the time would itself keep a processor busy. */
  private static boolean paused() {
    LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
    return true;
  }

  /** The status of a job that does not wait. */
  private int now() {
    return dibs.dibs("job", "-n", "--", "true").end().status();
  }

  private List<Long> burners() {
    Map<String, String> json = json();
    return IntStream.iterate(0, i -> json.containsKey("/memory/burners/" + i + "/pid"), i -> i + 1)
        .mapToObj(i -> Long.valueOf(json.get("/memory/burners/" + i + "/pid")))
        .toList();
  }

  private Map<String, String> json() {
    return Json.scalars(dibs.dibs("status", "--json").end().well().out());
  }
}
