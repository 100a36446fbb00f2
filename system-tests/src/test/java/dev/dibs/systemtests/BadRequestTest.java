package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is written to the control FIFO, the next run is served and the pool is whole. */
class BadRequestTest {
  private static final int TEN_MB = 10_000_000;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  @Test
  void tenMegabytesOfOneLine() throws IOException {
    send("x".repeat(TEN_MB).getBytes(StandardCharsets.US_ASCII));
    servesAll();
  }

  @Test
  void tenMegabytesOfNoise() throws IOException {
    byte[] noise = new byte[TEN_MB];
    new Random(42).nextBytes(noise);
    send(noise);
    servesAll();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run|1|pid=",
        "run|1|pid=4711",
        "\n",
        "\n\n\n",
        "\nrun\n",
        "\nrun|1\n",
        "\nrun|1|pid=\n",
        "\nrun|1|pid=0\n",
        "\nrun|1|pid=-1\n",
        "\nrun|1|pid=1\n",
        "\nrun|1|pid=99999999999999999999\n",
        "\nrun|99|pid=1\n",
        "\nrun|x|pid=1\n",
        "\nnonsense|1|pid=1\n",
        "\nstop|1|pid=1|force=1\n",
        "\nstop|1|force=1\n",
        "\n||||||||\n",
        "\n=|=|=\n",
        "\u0000\u0001\u0002\n",
      })
  void aLineThatIsNone(String line) throws IOException {
    send(line.replace('|', '\u001f').getBytes(StandardCharsets.UTF_8));
    servesAll();
  }

  @Test
  void aPidThatIsNotTheWriters() throws IOException {
    dibs.startedDaemon();
    long stranger = dibs.plain("sleep", "1000").start().pid();
    dibs.plain("mkfifo", dibs.directory() + "/r/" + stranger).end().well();
    send(request("run", stranger));
    send(request("job", stranger));
    send(request("stop", stranger));
    servesAll();
  }

  @Test
  void aPidOfAnAskerThatIsGone() throws IOException {
    dibs.startedDaemon();
    Running gone = dibs.plain("true").start();
    gone.end().well();
    dibs.plain("mkfifo", dibs.directory() + "/r/" + gone.pid()).end().well();
    send(request("run", gone.pid()));
    servesAll();
  }

  @Test
  void aHundredAskersThatNeverListen() throws IOException {
    long stranger = dibs.plain("sleep", "1000").start().pid();
    for (int i = 0; i < 100; i++) {
      send(request("run", stranger));
    }
    servesAll();
  }

  private static byte[] request(String verb, long pid) {
    return "\n%s\u001f1\u001fpid=%d\u001fforce=1\n"
        .formatted(verb, pid)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private void send(byte[] bytes) throws IOException {
    if (dibs.daemon().isEmpty()) {
      dibs.startedDaemon();
    }
    try (FileOutputStream control =
        new FileOutputStream(dibs.directory().resolve("control").toFile())) {
      control.write(bytes);
    }
  }

  private void servesAll() {
    long daemon = dibs.daemon().orElseThrow();
    Ended job = dibs.dibs("job", "--slots", "2", "-w", "20", "--", "echo", "ran").end().well();
    assertThat(job.out()).isEqualTo("ran\n");
    assertThat(job.err()).isEmpty();
    assertThat(dibs.daemon()).hasValue(daemon);
  }
}
