package dev.dibs.systemtests;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The socket in line mode: what docs/protocol.md says, and clients that don't keep to it. */
class LineModeTest {
  private static final int OPEN_MAX = 4_096;
  private static final int LINE_BYTES_MAX = 4 << 20;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  private final List<SlotClient> clients = new ArrayList<>();

  @BeforeEach
  void startDaemon() {
    dibs.startedDaemon();
  }

  @AfterEach
  void othersAreServedStill() {
    SlotClient good = client();
    good.send("{\"id\":1,\"lock\":[\"good\"]}\n");
    hears(good, "{\"id\":1,\"granted\":true,\"fence\":\\d+}\n");
    clients.forEach(SlotClient::close);
  }

  @Test
  void aLockIsAskedForGrantedAndReleased() {
    SlotClient first = client();
    first.send("{\"id\":1,\"lock\":[\"a\",\"b\"],\"share\":[\"c\"]}\n");
    hears(first, "{\"id\":1,\"granted\":true,\"fence\":\\d+}\n");
    SlotClient second = client();
    second.send(
        "{\"id\":7,\"lock\":[\"b\"],\"wait\":0}\n{\"id\":8,\"share\":[\"c\"],\"wait\":0}\n");
    hears(
        second,
        """
        {"id":8,"granted":true,"fence":\\d+}
        {"id":7,"granted":false,"reason":"busy","text":".+"}
        """);
    second.send("{\"id\":7,\"lock\":[\"b\"],\"wait\":30}\n");
    first.send("{\"release\":1}\n");
    hears(second, "{\"id\":7,\"granted\":true,\"fence\":\\d+}\n");
  }

  @Test
  void theEndOfAConnectionFreesItsLocksAndHalfAnEndDoes() {
    SlotClient first = client();
    SlotClient second = client();
    SlotClient third = client();
    first.send("{\"id\":1,\"lock\":[\"a\"]}\n");
    hears(first, "{\"id\":1,\"granted\":true,\"fence\":\\d+}\n");
    second.send("{\"id\":1,\"lock\":[\"a\"]}\n");
    first.sendsNoMore();
    hears(second, "{\"id\":1,\"granted\":true,\"fence\":\\d+}\n");
    third.send("{\"id\":1,\"lock\":[\"a\"]}\n");
    second.close();
    hears(third, "{\"id\":1,\"granted\":true,\"fence\":\\d+}\n");
  }

  @Test
  void whoWaitsIsToldWhyAndMayTurnAway() {
    SlotClient holder = client();
    holder.send("{\"id\":1,\"lock\":[\"a\"]}\n");
    hears(holder, "{\"id\":1,\"granted\":true,\"fence\":\\d+}\n");
    SlotClient waiter = client();
    waiter.send("{\"id\":2,\"lock\":[\"a\"]}\n");
    hears(waiter, "{\"id\":2,\"waiting\":\".*pid " + ProcessHandle.current().pid() + ".*\"}\n");
    waiter.send("{\"withdraw\":2}\n{\"withdraw\":2}\n");
    hears(waiter, "{\"id\":2,\"granted\":false,\"reason\":\"withdrawn\",\"text\":\"withdrawn\"}\n");
    waiter.send("{\"id\":2,\"lock\":[\"a\"],\"wait\":1}\n{\"id\":3,\"holder\":\"a\"}\n");
    hears(
        waiter,
        """
        {"id":3,"held":true,"pid":\\d+,"since":\\d+,"command":".+","directory":".+"}
        {"id":2,"granted":false,"reason":"timeout","text":".+"}
        """);
  }

  @Test
  void whatIsNoRequestIsAnErrorAndEndsNothing() {
    SlotClient client = client();
    client.send("{\"id\":1,\"lock\":[\"a\"]}\n");
    hears(client, "{\"id\":1,\"granted\":true,\"fence\":\\d+}\n");
    List<String> wrong =
        List.of(
            "{\"slots\":1}",
            "GET / HTTP/1.1",
            "\0\u00ff",
            "{\"id\":2,\"lock\":" + "[".repeat(2_000),
            "{\"id\":2,\"lock\":[{\"a\":" + "{".repeat(2_000),
            "{\"id\":1,\"lock\":[\"b\"]}",
            "{\"release\":9}",
            "{\"downgrade\":9}");
    for (String line : wrong) {
      client.send(line + "\n");
      hears(client, "{\"error\":\"[ -~]{10,200}\"}\n");
    }
    client.send("{\"id\":2,\"lock\":[\"\"]}\n{\"id\":3,\"lock\":[\"a\\nb\"]}\n");
    String misuse = "{\"id\":%d,\"granted\":false,\"reason\":\"misuse\",\"text\":\".+\"}\n";
    hears(client, misuse.formatted(2) + misuse.formatted(3));
    SlotClient other = client();
    other.send("{\"id\":1,\"lock\":[\"a\"],\"wait\":0}\n");
    hears(other, "{\"id\":1,\"granted\":false,\"reason\":\"busy\",\"text\":\".+\"}\n");
  }

  @Test
  void aLineWithoutEndIsOneErrorAndTheNextLineIsServed() {
    SlotClient client = client();
    client.sendAll("{" + "x".repeat(LINE_BYTES_MAX + 1_000_000));
    hears(client, "{\"error\":\"[ -~]{10,200}\"}\n");
    client.sendAll("x".repeat(100_000) + "\n{\"id\":1,\"lock\":[\"a\"]}\n");
    hears(client, "{\"id\":1,\"granted\":true,\"fence\":\\d+}\n");
  }

  @Test
  void tenThousandNamesAreOneRequest() {
    SlotClient client = client();
    client.sendAll(
        IntStream.range(0, 10_000)
            .mapToObj(i -> "\"" + "n".repeat(300) + i + "\"")
            .collect(Collectors.joining(",", "{\"id\":1,\"lock\":[", "]}\n")));
    hears( // to take them may be a wait of more than a second, of which it is told
        client, "({\"id\":1,\"waiting\":\"[^\n]*}\n)*{\"id\":1,\"granted\":true,\"fence\":\\d+}\n");
  }

  @Test
  void soManyRequestsMayBeOpenAndNoMore() {
    SlotClient client = client();
    for (int id = 1; id <= OPEN_MAX; id++) {
      client.sendAll("{\"id\":" + id + ",\"lock\":[\"n" + id + "\"]}\n");
      if (id % 100 == 0) {
        client.said(); // so that it is not taken for one that doesn't read
      }
    }
    Until.holds("all granted", () -> client.said().lines().count() == OPEN_MAX);
    client.forgets();
    client.send("{\"id\":0,\"lock\":[\"one more\"]}\n");
    hears(client, "{\"id\":0,\"granted\":false,\"reason\":\"misuse\",\"text\":\".+4096.+\"}\n");
  }

  @Test
  void whoDoesNotReadIsSentAway() {
    SlotClient deaf = client();
    String lines = "{\"release\":1}\n".repeat(500);
    Until.holds("it is sent away", () -> deaf.send(lines) < 0);
  }

  @Test
  void whoNeverEndsLinesTakesNoMoreThanAShare() {
    List<SlotClient> endless = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      endless.add(client());
      endless.get(i).sendAll("{" + "x".repeat(LINE_BYTES_MAX - 100_000));
    }
    Until.holds("one is sent away", () -> endless.stream().anyMatch(SlotClient::hasEnded));
  }

  private SlotClient client() {
    SlotClient client = SlotClient.at(dibs.directory().resolve("socket"));
    clients.add(client);
    return client;
  }

  /** Blocks until it has heard what the pattern says, and nothing else. */
  private static void hears(SlotClient client, String pattern) {
    String whole = pattern.replace("{\"", "\\{\"").replace("}\n", "\\}\n");
    Until.holds(
        () -> pattern + " but " + client.said(),
        () -> client.said().matches(whole),
        Until.DEADLINE);
    client.forgets();
  }
}
