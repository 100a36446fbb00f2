package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class HelperProgramTest {

  private static final int WORK_MS_MAX = 20_000;

  @Test
  void saysHowItEndedAndWhatItSaid() throws Exception {
    HelperProgram.Outcome outcome = run("cat; echo \"$A\"; echo err >&2; exit 7");
    assertThat(outcome.status()).hasValue(7);
    assertThat(outcome.text()).isEqualTo("b c\nerr");
  }

  @Test
  void getsOneDescriptorAndNoOtherOfOurs() throws Exception {
    try (DescriptorChannel channel = DescriptorChannel.create();
        HelperProgram run =
            HelperProgram.start(
                List.of("/bin/sh", "-c", "cd /proc/$$/fd; echo *; readlink 3"),
                List.of(),
                channel.theirs())) {
      String text = run.await(WORK_MS_MAX).text();
      assertThat(text).contains("socket:");
      List<String> numbers = List.of(text.lines().findFirst().orElseThrow().split(" ", -1));
      assertThat(numbers).contains("0", "1", "2", "3");
      if (Spawn.closesOthers()) {
        assertThat(numbers).as("with the folder that it reads").hasSizeLessThanOrEqualTo(5);
      }
    }
  }

  @Test
  void isKilledWhenItTakesTooLong() throws Exception {
    try (HelperProgram run =
        HelperProgram.start(
            List.of("/bin/sh", "-c", "echo x; exec cat /dev/zero"), List.of(), null)) {
      HelperProgram.Outcome outcome = run.await(300);
      assertThat(outcome.status()).isEmpty();
      assertThat(outcome.text()).startsWith("x");
    }
  }

  @Test
  void thatDoesNotExistIsRefused() {
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> HelperProgram.start(List.of("/no/program"), List.of(), null).close())
        .withMessage("posix_spawn /no/program: no such file (ENOENT 2)");
  }

  @Test
  void thatSendsNothingGivesNothing() throws Exception {
    try (DescriptorChannel channel = DescriptorChannel.create();
        HelperProgram run =
            HelperProgram.start(
                List.of("/bin/sh", "-c", "printf x >&3"), List.of(), channel.theirs())) {
      channel.theirs().close();
      assertThat(channel.receive(WORK_MS_MAX)).as("a byte without a descriptor").isEmpty();
      assertThat(channel.receive(WORK_MS_MAX)).as("the end").isEmpty();
      assertThat(run.await(WORK_MS_MAX).status()).hasValue(0);
    }
  }

  private static HelperProgram.Outcome run(String script) throws OsException {
    List<String> command = List.of("/bin/sh", "-c", script);
    try (HelperProgram run = HelperProgram.start(command, List.of("A=b c"), null)) {
      return run.await(WORK_MS_MAX);
    }
  }
}
