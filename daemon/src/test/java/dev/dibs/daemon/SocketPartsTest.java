package dev.dibs.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.host.StreamListener;
import dev.dibs.host.StreamSocket;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small parts of the socket: cookies, limits, what is not sent yet, the slots of a job. */
class SocketPartsTest {

  private boolean jobLives = true;
  private int granted;

  @Test
  void cookiesAreLongAndDiffer() {
    SecureRandom random = new SecureRandom();
    Cookie cookie = Cookie.fresh(random);
    assertThat(cookie.text()).matches("[0-9a-f]{64}").isNotEqualTo(Cookie.fresh(random).text());
    assertThat(cookie).hasToString("cookie");
  }

  @Test
  void aCookieMatchesItselfOnly() {
    Cookie cookie = Cookie.fresh(new SecureRandom());
    byte[] shown = bytes(cookie.text());
    assertThat(cookie.matches(shown)).isTrue();
    shown[63]++;
    assertThat(cookie.matches(shown)).isFalse();
    assertThat(cookie.matches(new byte[0])).isFalse();
  }

  @Test
  void failedVisitsAreTooManyAboveTheLimit() {
    FailedVisits visits = new FailedVisits(3, 100);
    assertThat(IntStream.range(0, 3).anyMatch(i -> visits.add(0))).isFalse();
    assertThat(visits.add(0)).isTrue();
  }

  @Test
  void failedVisitsAreForgottenWithTime() {
    FailedVisits visits = new FailedVisits(1, 100);
    assertThat(IntStream.range(0, 50).anyMatch(i -> visits.add(10L * i))).isFalse();
    assertThat(visits.add(495)).isTrue();
    assertThat(visits.add(1_000_000)).isFalse();
  }

  @Test
  void whatASocketHasNoRoomForIsSentLaterAndBounded(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("socket");
    try (StreamListener listener = StreamListener.unix(path);
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
        StreamSocket socket = listener.accept().orElseThrow()) {
      Outbox outbox = new Outbox();
      long sent = 0;
      while (outbox.add((byte) '+')) {
        sent++;
        outbox.flush(socket);
      }
      assertThat(outbox.isEmpty()).isFalse();
      ByteBuffer heard = ByteBuffer.allocate(1_000_000);
      while (heard.position() < sent) {
        assertThat(client.read(heard)).isPositive();
        outbox.flush(socket);
      }
      assertThat(outbox.isEmpty()).isTrue();
      assertThat(new String(heard.array(), 0, heard.position(), StandardCharsets.US_ASCII))
          .isEqualTo("+".repeat((int) sent));
    }
  }

  @Test
  void aJobHandsOutItsSlotsAndNoMore() {
    JobSlots slots = new JobSlots(2, () -> jobLives, () -> granted++);
    slots.ask();
    slots.ask();
    slots.ask();
    assertThat(granted).isEqualTo(2);
    assertThat(slots.canSwap()).isFalse();
    slots.giveBack();
    assertThat(granted).isEqualTo(3);
    slots.ask();
    slots.withdraw();
    slots.giveBack();
    slots.giveBack();
    assertThat(granted).isEqualTo(3);
    assertThat(slots.isOver()).isFalse();
    jobLives = false;
    assertThat(slots.isOver()).isTrue();
    slots.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
