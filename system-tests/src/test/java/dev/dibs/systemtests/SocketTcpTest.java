package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The socket by loopback TCP: a cookie lets in, and is good for one run. */
class SocketTcpTest {
  private static final int DEADLINE_MS = 20_000;
  private static final int PAIRS = 3_000;
  private static final int ATTACKERS = 4;
  private static final long MEDIAN_NS_MAX = 5_000_000;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  private Running run;
  private SocketAddress address;
  private String cookie;

  @BeforeEach
  void startRun() {
    run =
        dibs.dibs("run", "--tcp", "--", "sh", "-c", "echo at=$DIBS_TCP=; exec cat")
            .piped()
            .start()
            .says("=\n");
    String[] at = Texts.read(run.out()).strip().replace("=", "").substring(2).split(":", -1);
    assertThat(at[0]).isEqualTo("127.0.0.1");
    address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(at[1]));
    cookie = at[2];
    assertThat(cookie).matches("[0-9a-f]{64}");
  }

  @Test
  void theCookieLetsInAndTheRunCovers() {
    try (SlotClient client = new SlotClient(address)) {
      client.send(cookie + "\n++");
      client.hears("++");
      assertThat(status())
          .containsEntry("/pools/0/used", "2")
          .containsEntry("/claims/1/connection", "tcp")
          .containsEntry("/claims/1/within", status().get("/claims/0/id"));
      client.send("-");
      Until.holds("the covered one", () -> "true".equals(status().get("/claims/1/covered")));
    }
  }

  @Test
  void theCookieMayComeInPieces() {
    try (SlotClient client = new SlotClient(address)) {
      for (String digit : cookie.split("", -1)) {
        client.send(digit);
      }
      assertThat(client.said()).isEmpty();
      client.send("\n");
      client.send("+");
      client.hears("+");
    }
  }

  @Test
  void aWrongCookieIsTurnedAwayWithoutAWord() {
    String wrong = (cookie.startsWith("0") ? "1" : "0") + cookie.substring(1);
    for (String shown :
        new String[] {
          wrong + "\n+", cookie + "+", cookie.toUpperCase(java.util.Locale.ROOT) + "\n+", "\n+"
        }) {
      try (SlotClient client = new SlotClient(address)) {
        client.send(shown);
        client.sendsNoMore();
        assertThat(client.hearsTheEnd()).isEmpty();
      }
    }
  }

  @Test
  void whoShowsNothingIsTurnedAway() {
    try (SlotClient client = new SlotClient(address)) {
      assertThat(client.hearsTheEnd()).isEmpty();
    }
  }

  @Test
  void silentVisitorsKeepNobodyOut() {
    SlotClient[] silent = new SlotClient[200];
    Arrays.setAll(silent, i -> new SlotClient(address));
    try (SlotClient client = new SlotClient(address)) {
      client.send(cookie + "\n+");
      client.hears("+");
    } finally {
      Arrays.stream(silent).forEach(SlotClient::close);
    }
  }

  @Test
  void theCookieDiesWithTheRun() {
    try (SlotClient client = new SlotClient(address);
        SlotClient late = SlotClient.at(Path.of(dibs.directory() + "/socket"))) {
      client.send(cookie + "\n++");
      client.hears("++");
      run.closeInput();
      run.end().well();
      client.hearsTheEnd();
      late.send("++");
      late.hears("++");
      Until.holds("a closed port", () -> !connects());
    }
  }

  @Test
  void anotherRunHasAnotherCookie() {
    Ended other = dibs.dibs("run", "--tcp", "--", "printenv", "DIBS_TCP").end().well();
    assertThat(other.out()).doesNotContain(cookie).startsWith("127.0.0.1:");
    assertThat(connects()).isTrue();
    assertThat(dibs.dibs("run", "--", "printenv", "DIBS_TCP").end().with(1).out()).isEmpty();
  }

  @Test
  void aRunInsideHasTheCookieOfItsRun() {
    String inner = "dibs run --tcp -- printenv DIBS_TCP; dibs run -- printenv DIBS_TCP";
    Ended nested = dibs.dibs("run", "--", "sh", "-c", inner).end().with(1);
    assertThat(nested.out().lines()).hasSize(1);
    Ended both = dibs.dibs("run", "--tcp", "--", "sh", "-c", inner).end().well();
    assertThat(both.out().lines().distinct()).hasSize(1);
  }

  @Test
  void wrongCookiesInMassesHurtNobodyElse() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger attempts = new AtomicInteger();
    CompletableFuture<?>[] attackers = new CompletableFuture<?>[ATTACKERS];
    try (Socket good = new Socket();
        SlotClient unix = SlotClient.at(Path.of(dibs.directory() + "/socket"))) {
      good.connect(address, DEADLINE_MS);
      good.setSoTimeout(DEADLINE_MS);
      good.setTcpNoDelay(true);
      good.getOutputStream().write((cookie + "\n").getBytes(StandardCharsets.US_ASCII));
      Arrays.setAll(attackers, i -> CompletableFuture.runAsync(() -> attack(over, attempts)));
      long[] tookNs = new long[PAIRS];
      Slowdown slowdown = new Slowdown();
      for (int i = 0; i < PAIRS; i++) {
        tookNs[i] = pairNs(good);
      }
      double boundNs = MEDIAN_NS_MAX * slowdown.ofThisThread();
      unix.send("+");
      unix.hears("+");
      Until.holds("many attempts", () -> attempts.get() >= 1_000);
      Arrays.sort(tookNs);
      assertThat((double) tookNs[PAIRS / 2]).isLessThan(boundNs);
    } finally {
      over.set(true);
    }
    CompletableFuture.allOf(attackers).join();
    try (SlotClient next = new SlotClient(address)) {
      next.send(cookie + "\n+");
      next.hears("+");
    }
  }

  /** Until it is over: connects, shows a wrong cookie, leaves. */
  private void attack(AtomicBoolean over, AtomicInteger attempts) {
    byte[] wrong = ("0".repeat(64) + "\n").getBytes(StandardCharsets.US_ASCII);
    while (!over.get()) {
      try (Socket socket = new Socket()) {
        socket.connect(address, DEADLINE_MS);
        socket.getOutputStream().write(wrong);
        attempts.incrementAndGet();
      } catch (IOException e) {
        Thread.onSpinWait();
      }
    }
  }

  /** Never waits, so that the thread's slowdown is that of the machine. */
  private static long pairNs(Socket client) throws IOException {
    long beganNs = System.nanoTime();
    client.getOutputStream().write('+');
    while (client.getInputStream().available() == 0) {
      if (System.nanoTime() - beganNs > DEADLINE_MS * 1_000_000L) {
        throw new SocketTimeoutException("no slot");
      }
      Thread.onSpinWait();
    }
    assertThat(client.getInputStream().read()).isEqualTo('+');
    client.getOutputStream().write('-');
    return System.nanoTime() - beganNs;
  }

  private boolean connects() {
    try (Socket socket = new Socket()) {
      socket.connect(address, DEADLINE_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Map<String, String> status() {
    return Json.scalars(dibs.dibs("status", "--json").end().well().out());
  }
}
