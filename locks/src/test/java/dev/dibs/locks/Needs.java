package dev.dibs.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What a test needs of the machine: without it the test is left out, and says so; CI has all. */
final class Needs {

  private static final int RUN_S = 120;

  private Needs() {}

  static void present(boolean there, String what) {
    boolean all = Stream.of("CI", "DIBS_CHECK_ALL").anyMatch(n -> "true".equals(System.getenv(n)));
    if (all) {
      assertThat(there).as(what + " is there").isTrue();
    }
    assumeTrue(there, "missing: " + what);
  }

  static void programs(String... names) throws Exception {
    for (String name : names) {
      present(succeeds("sh", "-c", "command -v " + name), name);
    }
  }

  static boolean succeeds(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(List.of(command))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(RUN_S, TimeUnit.SECONDS) && process.exitValue() == 0;
  }
}
