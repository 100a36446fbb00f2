package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The socket in byte mode: good clients, bad ones, and what these do to the others. */
class SocketTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int CROWD = 5_000;
  private static final long MEDIAN_NS_MAX = 5_000_000;
  private static final int OPEN_MAX = 4_096;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  private final List<SlotClient> clients = new ArrayList<>();

  @BeforeEach
  void startDaemon() {
    dibs.startedDaemon();
  }

  @AfterEach
  void allSlotsAreFree() {
    clients.forEach(SlotClient::close);
    Until.holds("a free pool", () -> used() == 0);
  }

  @Test
  void aSlotIsAskedForAndReturned() {
    SlotClient client = client();
    client.send("+");
    client.hears("+");
    assertThat(used()).isOne();
    client.send("-");
    Until.holds("it is returned", () -> used() == 0);
  }

  @Test
  void grantsComeAsSlotsBecomeFree() {
    SlotClient first = client();
    first.send("+++");
    first.hears("++");
    first.send("-");
    first.hears("+");
    first.send("---");
    Until.holds("all are returned", () -> used() == 0);
  }

  @Test
  void closingReturnsAll() {
    SlotClient first = client();
    first.send("++++");
    first.hears("++");
    SlotClient second = client();
    second.send("++");
    first.close();
    second.hears("++");
  }

  @Test
  void withdrawnRequestsAreAnswered() {
    SlotClient holder = client();
    holder.send("++");
    holder.hears("++");
    SlotClient waiter = client();
    waiter.send("++-");
    waiter.hears("-");
    holder.send("--");
    waiter.hears("+");
    waiter.send("-");
    Until.holds("none is held", () -> used() == 0);
    waiter.send("+");
    waiter.hears("+");
  }

  @Test
  void whoHoldsMuchIsOneParty() {
    SlotClient greedy = client();
    greedy.send("+".repeat(50));
    greedy.hears("++");
    SlotClient modest = client();
    modest.send("+");
    Until.holds("it waits", () -> "1".equals(status().get("/pools/0/waiting")));
    greedy.send("-");
    modest.hears("+");
    assertThat(greedy.said()).isEmpty();
  }

  @Test
  void theStatusShowsAConnection() {
    SlotClient client = client();
    client.send("++");
    client.hears("++");
    assertThat(status())
        .containsEntry("/claims/0/connection", "socket")
        .containsEntry("/claims/0/type", "job")
        .containsEntry("/claims/0/state", "running")
        .containsEntry("/claims/0/slots", "2")
        .containsEntry("/claims/0/pid", Long.toString(ProcessHandle.current().pid()))
        .doesNotContainKey("/claims/1/id");
    Running waiter = dibs.dibs("run", "--", "true").start();
    Until.holds("who is in the way", () -> Texts.read(waiter.err()).contains("(2 slots"));
    client.send("-");
    waiter.end().well();
  }

  @Test
  void anIdleConnectionHasNoClaim() {
    SlotClient client = client();
    client.send("+");
    client.hears("+");
    client.send("-");
    Until.holds("no claim", () -> !status().containsKey("/claims/0/id"));
    client.send("+");
    client.hears("+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "+\n", "\0", "-", "+--", "GET / HTTP/1.1\r\n"})
  void garbageEndsItsConnectionOnly(String garbage) {
    SlotClient good = client();
    good.send("+");
    good.hears("+");
    SlotClient bad = client();
    bad.send(garbage);
    assertThat(bad.hearsTheEnd()).containsPattern("^[+-]*![ -~]+\n$");
    good.send("-+");
    good.hears("+");
  }

  @Test
  void askingForTooManyEndsTheConnection() {
    SlotClient client = client();
    client.send("+".repeat(OPEN_MAX));
    client.hears("++");
    client.send("+");
    assertThat(client.hearsTheEnd()).isEqualTo("!more than 4096 slots at once\n");
  }

  @Test
  void whoSendsNoMoreHasEnded() {
    SlotClient half = client();
    half.send("++");
    half.hears("++");
    half.sendsNoMore();
    half.hearsTheEnd();
    SlotClient other = client();
    other.send("++");
    other.hears("++");
  }

  @Test
  void whoNeverReadsHurtsOnlyItself() {
    SlotClient deaf = client();
    String flood = "+-".repeat(2_000);
    Until.holds("it is sent away", () -> deaf.send(flood) < 0);
    SlotClient good = client();
    good.send("++");
    good.hears("++");
  }

  @Test
  void whoFloodsHoldsNobodyUpForLong() {
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> flood(over));
    SlotClient good = client();
    long[] tookNs = new long[300];
    Slowdown slowdown = new Slowdown();
    for (int i = 0; i < tookNs.length; i++) {
      long beganNs = System.nanoTime();
      good.send("+");
      while (good.said().isEmpty()) {
        Thread.onSpinWait();
      }
      tookNs[i] = System.nanoTime() - beganNs;
      good.hears("+");
      good.send("-");
    }
    double boundNs = MEDIAN_NS_MAX * slowdown.ofThisThread();
    over.set(true);
    flood.join();
    Arrays.sort(tookNs);
    assertThat((double) tookNs[tookNs.length / 2]).isLessThan(boundNs);
  }

  /** Sends and reads as fast as it can. */
  private void flood(AtomicBoolean over) {
    try (SlotClient client = SlotClient.at(socket())) {
      while (!over.get()) {
        client.send("+-".repeat(1_000));
        client.forgets();
      }
    }
  }

  @Test
  void fewDescriptorsLeaveEnoughForRuns() {
    dibs.fresh();
    dibs.plain("sh", "-c", "ulimit -n 400; exec dibs run -- true").end().well();
    for (int i = 0; i < 300; i++) {
      client();
    }
    Until.holds("some are sent away", () -> clients.stream().anyMatch(SlotClient::hasEnded));
    dibs.runScript("dibs job -- echo ran").end().well();
    assertThat(clients.stream().filter(c -> !c.hasEnded()).count()).isBetween(50L, 150L);
  }

  @Test
  void stopNamesWhoHoldsSlots() {
    SlotClient client = client();
    client.send("+");
    client.hears("+");
    assertThat(dibs.dibs("stop").end().with(1).out()).contains("java");
    client.send("-+");
    client.hears("+");
  }

  @Test
  void manyConnectionsAtOnceAreServedOrSentAway() {
    for (int i = 0; i < CROWD; i++) {
      client().send("+");
    }
    Until.holds("two slots", () -> granted() == 2);
    dibs.dibs("run", "-n", "--", "true").end().with(75);
    assertThat(clients.stream().filter(SlotClient::hasEnded).count()).isLessThan(CROWD - 1_000);
    int served = 0;
    for (int i = 0; i < 100; i++) {
      SlotClient next = clients.stream().filter(c -> c.said().equals("+")).findAny().orElseThrow();
      next.close();
      clients.remove(next);
      Until.holds("the next one", () -> granted() == 2);
      served++;
    }
    assertThat(served).isEqualTo(100);
    clients.forEach(SlotClient::close);
    dibs.dibs("job", "--slots", "2", "--", "true").end().well();
  }

  @Test
  void anotherUsersProcessIsRefused() throws IOException {
    dibs.fresh();
    dibs.startedDaemon();
    assumeTrue(System.getProperty("user.name").equals("root"), "missing: root");
    Tool.SETPRIV.require();
    Tool.PYTHON.require();
    open(dibs.directory(), "rwx--x--x");
    open(dibs.folder().resolveSibling(""), "rwx--x--x");
    open(socket(), "rw-rw-rw-");
    String script =
        """
        import socket, sys
        s = socket.socket(socket.AF_UNIX)
        s.connect(sys.argv[1])
        try:
            s.sendall(b"+")
            print("heard", s.recv(9))
        except OSError as e:
            print("heard nothing")
        """;
    List<String> python = List.of("/usr/bin/python3", "-c", script, socket().toString());
    List<String> words = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--clear-groups"));
    words.addAll(python);
    assertThat(dibs.command(words).in(Path.of("/")).end().well().out())
        .isIn("heard b''\n", "heard nothing\n");
    assertThat(dibs.command(python).end().well().out()).isEqualTo("heard b'+'\n");
    assertThat(Texts.read(dibs.directory().resolve("daemon.log.0"))).contains("user 65534");
  }

  @Test
  void aDirectoryTooLongForASocketHasNone() {
    String folder = dibs.folder() + "/" + "x".repeat(120);
    dibs.dibs("run", "--", "true").with("DIBS_DIR", folder).end().well();
    assertThat(Path.of(folder, "socket")).doesNotExist();
    assertThat(Texts.read(Path.of(folder, "daemon.log.0"))).containsOnlyOnce("No socket");
    dibs.dibs("stop", "--force").with("DIBS_DIR", folder).end().well();
  }

  @Test
  void theNextDaemonTakesTheSocketOver() {
    dibs.killDaemon();
    assertThat(socket()).exists();
    dibs.startedDaemon();
    SlotClient client = client();
    client.send("+");
    client.hears("+");
  }

  @Test
  void stoppingEndsConnections() {
    SlotClient client = client();
    client.send("+++");
    client.hears("++");
    dibs.dibs("stop", "--force").end().well();
    client.hearsTheEnd();
    assertThat(socket()).doesNotExist();
    dibs.startedDaemon();
  }

  private long granted() {
    return clients.stream().filter(client -> client.said().equals("+")).count();
  }

  private static void open(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private Path socket() {
    return dibs.directory().resolve("socket");
  }

  private SlotClient client() {
    SlotClient client = SlotClient.at(socket());
    clients.add(client);
    return client;
  }

  private int used() {
    return Integer.parseInt(status().get("/pools/0/used"));
  }

  private Map<String, String> status() {
    return Json.scalars(dibs.dibs("status", "--json").start().endWithin(SOON).well().out());
  }
}
