package dev.dibs.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Self;
import dev.dibs.protocol.Answer;
import dev.dibs.protocol.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What those who wait are told, and which of them have their FIFOs already. */
class WaitingTest {

  /** A process that lives as long as this one. */
  private static final class Neighbour implements Holder {
    @Override
    public int pid() {
      return Self.pid();
    }

    @Override
    public boolean answer(Answer answer) {
      return true;
    }

    @Override
    public void watchEnd(EventLoop loop, Runnable ended) {}

    @Override
    public void unwatchEnd() {}

    @Override
    public boolean hasEnded() {
      return false;
    }

    @Override
    public void close() {}
  }

  @TempDir Path folder;
  private Log log;
  private EventLoop loop;

  @BeforeEach
  void open() throws IOException {
    log = new Log(folder.resolve("log"));
    loop = new EventLoop(Self::monotonicMs, log);
  }

  @AfterEach
  void close() {
    loop.close();
    log.close();
  }

  private Claimant waiter(long id, String pool, int slots) {
    Request.Claim request =
        new Request.Claim(
            Request.Kind.RUN,
            Self.pid(),
            null,
            8,
            100,
            slots,
            slots,
            OptionalLong.empty(),
            false,
            false,
            Request.Machine.WHOLE,
            false,
            null,
            null,
            null,
            null,
            null,
            true,
            Request.Wants.NOTHING);
    Pool of = new Pool(pool, new PoolSize(2, List.of("a test")), loop, new Nobody());
    return new Claimant(
        id,
        request,
        of,
        new Neighbour(),
        null,
        Claimant.Origin.OUTSIDE,
        null,
        AskerEnvironment.UNKNOWN,
        10_000);
  }

  private static Situation situation(String usage, long holder, Map<Long, Integer> before) {
    return new Situation(0, usage, List.of(2L, holder, 1L), before, Map.of());
  }

  @Test
  void aWaiterIsToldWhatItWaitsForAndWhoComesFirst() {
    Situation situation = situation("2 of 2 in use", 7, Map.of(1L, 0, 2L, 3));
    assertThat(situation.text("waiting for", waiter(1, "cpu", 1)))
        .isEqualTo("waiting for a slot: 2 of 2 in use");
    assertThat(situation.text("waiting for", waiter(2, "link", 2)))
        .isEqualTo("waiting for 2 slots of link, 3 before you: 2 of 2 in use");
    assertThat(situation.text("did not get", waiter(9, "cpu", 1)))
        .isEqualTo("did not get a slot: 2 of 2 in use");
  }

  @Test
  void aLineIsRewrittenWhenSomebodyElseIsInTheWayAtMostOnceASecond() {
    LiveLine line = new LiveLine(waiter(1, "cpu", 1));
    assertThat(line.next(situation("a", 7, Map.of()), 10_999)).isNull();
    assertThat(line.next(situation("a", 7, Map.of()), 11_000)).endsWith(": a");
    assertThat(line.next(situation("b", 8, Map.of()), 11_999)).isNull();
    assertThat(line.next(situation("b", 8, Map.of()), 12_000)).endsWith(": b");
    assertThat(line.next(situation("b", 8, Map.of(1L, 4)), 13_000)).contains("4 before you");
  }

  @Test
  void agesAloneRewriteALineEveryFiveSecondsIfTheyDiffer() {
    LiveLine line = new LiveLine(waiter(1, "cpu", 1));
    assertThat(line.next(situation("1 s", 7, Map.of()), 11_000)).endsWith("1 s");
    assertThat(line.next(situation("5 s", 7, Map.of()), 15_999)).isNull();
    assertThat(line.next(situation("6 s", 7, Map.of()), 16_000)).endsWith("6 s");
    assertThat(line.next(situation("6 s", 7, Map.of()), 30_000)).isNull();
  }

  @Test
  void theFirstInLineHaveTheirFifosMadeAheadAndOthersFollow() throws IOException {
    List<Long> made = new ArrayList<>();
    MadeAhead ahead = new MadeAhead(claimant -> made.add(claimant.id()), loop);
    List<Claimant> waiters = new ArrayList<>();
    for (long id = 0; id < 100; id++) {
      waiters.add(waiter(id, "cpu", 1));
      ahead.joined(waiters.getLast());
    }
    assertThat(made).hasSize(64).startsWith(0L, 1L).endsWith(63L);
    ahead.left(waiters.get(64));
    ahead.left(waiters.get(3));
    ahead.left(waiters.get(4));
    assertThat(made).as("nothing is made while somebody is served").hasSize(64);
    loop.runFor(1);
    assertThat(made).hasSize(66).endsWith(65L, 66L);
  }
}
