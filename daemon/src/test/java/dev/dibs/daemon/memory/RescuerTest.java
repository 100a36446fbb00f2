package dev.dibs.daemon.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Self;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RescuerTest {

  private static final long WAIT_MS_MAX = 20_000;

  private final Commands commands = new Commands();
  private final Log log;
  private final EventLoop loop;
  private final List<Watched> claims = new ArrayList<>();
  private final List<Long> ended = new ArrayList<>();
  private final Watch watch;
  private final Rescuer rescuer;

  RescuerTest(@TempDir Path folder) throws IOException {
    log = new Log(folder.resolve("log"));
    loop = new EventLoop(Self::monotonicMs, log);
    watch =
        new Watch(
            new World(), new Forgetting(), WatchSettings.usual(OptionalInt.of(500)), loop, log);
    rescuer = new Rescuer(watch, () -> claims, this::ended, loop, log);
  }

  private final class World implements Watch.World {
    @Override
    public Collection<Watched> claims() {
      return claims;
    }

    @Override
    public int slots() {
      return 2;
    }

    @Override
    public boolean isContended() {
      return false;
    }

    @Override
    public void seen(Look look) {
      rescuer.looked();
    }
  }

  @AfterEach
  void close() throws Exception {
    watch.close();
    loop.close();
    log.close();
    commands.end();
  }

  @Test
  void allThatTheHolderStartedIsKilledButNotTheHolder() throws Exception {
    Process holder = holder("sh -c 'sleep 1000 & echo $!; sleep 1000; :'; echo over; read x");
    int grandchild = commands.numbers(holder)[0];
    rescue();
    assertThat(Commands.lives(grandchild)).isFalse();
    assertThat(holder.inputReader().readLine()).isEqualTo("over");
    assertThat(holder.isAlive()).isTrue();
    assertThat(ended).containsExactly(1L);
  }

  @Test
  void whatForksAllTheTimeIsKilledTooWithWhatLeftItsParents() throws Exception {
    Process holder =
        holder(
            "sh -c 'sleep 1000 & echo $!; while :; do (sleep 1000 & ) ; done'; echo over; read x");
    int one = commands.numbers(holder)[0];
    Commands.await("some orphans", () -> watchedProcesses() > 30);
    rescue();
    assertThat(Commands.lives(one)).isFalse();
    assertThat(watchedProcesses()).isOne();
    assertThat(holder.inputReader().readLine()).isEqualTo("over");
  }

  @Test
  void whatTheHolderStartsThenIsSpared() throws Exception {
    Process holder =
        holder("sleep 1000 & echo $!; wait; sleep 1000 & echo $!; sh -c 'sleep 1000; :' & wait");
    int first = commands.numbers(holder)[0];
    rescue();
    int second = commands.numbers(holder)[0];
    ended.clear();
    loop.runFor(100);
    assertThat(Commands.lives(first)).isFalse();
    assertThat(Commands.lives(second)).isTrue();
  }

  @Test
  void whoAsksWhyIsToldOnce() throws Exception {
    Process holder = holder("python3 -c 'x=bytearray(64<<20); print(1,flush=True); input()'; cat");
    commands.numbers(holder);
    watch.granted();
    runUntil(() -> watch.peakMib(1) >= 64);
    rescue();
    int pid = (int) holder.pid();
    assertThat(rescuer.verdict(pid, 1))
        .isInstanceOfSatisfying(
            Rescues.Verdict.RunAgain.class, again -> assertThat(again.mib()).isBetween(128, 300));
    assertThat(rescuer.verdict(pid, 2)).isEqualTo(new Rescues.Verdict.NotOurs());
  }

  @Test
  void theThirdTimeItHasFailedAlone() throws Exception {
    Process holder = holder("sleep 1000 & echo $!; wait; read x");
    commands.numbers(holder);
    rescue();
    assertThat(rescuer.verdict((int) holder.pid(), 3))
        .isEqualTo(new Rescues.Verdict.FailedAlone(0));
  }

  @Test
  void whoWasKilledByOthersIsNotOurs() throws Exception {
    Process holder = holder("sleep 1000 & echo $!; kill -9 $!; wait; cat");
    commands.numbers(holder);
    rescuer.granted(1);
    assertThat(rescuer.verdict((int) holder.pid(), 1)).isEqualTo(new Rescues.Verdict.NotOurs());
    assertThat(rescuer.verdict(0, 1)).isEqualTo(new Rescues.Verdict.NotOurs());
  }

  @Test
  void aClaimThatIsOverIsNotKilled() throws Exception {
    rescuer.rescue(1);
    claims.add(new Watched(1, 1, 0, "j", false));
    rescuer.rescue(1);
    assertThat(ended).isEmpty();
  }

  private Process holder(String script) throws IOException {
    Process holder = commands.script(script, Map.of("DIBS_RUN", "rescued"));
    claims.add(new Watched(1, 1, (int) holder.pid(), "rescued", true));
    return holder;
  }

  private void rescue() throws Exception {
    rescuer.rescue(1);
    rescuer.rescue(1);
    runUntil(() -> !ended.isEmpty());
  }

  private void ended(long claim) {
    ended.add(claim);
  }

  private void runUntil(Commands.Condition condition) throws Exception {
    long deadlineMs = Self.monotonicMs() + WAIT_MS_MAX;
    while (!condition.holds()) {
      assertThat(Self.monotonicMs()).isLessThan(deadlineMs);
      loop.runFor(10);
    }
  }

  private int watchedProcesses() throws Exception {
    return new Lookout(WatchSettings.usual(OptionalInt.empty()))
        .sorted(claims)
        .getOrDefault(1L, List.of())
        .size();
  }
}
