package dev.dibs.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The counter under the socket mechanism, by processes some of which are stopped past every
 * time-out; half of the rounds where all have 64 ports together, so that each is taken again soon
 * by another. {@code -Dlocks.rounds=N} and {@code -Dlocks.seed=N} as for the kernel's locks.
 */
class SocketCounterTest {

  private static final int ROUNDS = Integer.getInteger("locks.rounds", 300);
  private static final long SEED = Long.getLong("locks.seed", System.nanoTime());

  @TempDir Path directory;

  @Test
  void theCounterIsRightHoweverManyAreKilled() throws Exception {
    CounterTrial trial = trial(SocketLocksFactory.Varied.class, List.of());
    trial.run(ROUNDS / 2);
    assertThat(trial.counted()).as("seed " + SEED).isGreaterThan(ROUNDS / 2);
  }

  @Test
  void theCounterIsRightWherePortsAreFew() throws Exception {
    try (FewPorts network = FewPorts.make(64)) {
      CounterTrial trial = trial(SocketLocksFactory.class, network.prefix());
      trial.run(ROUNDS - ROUNDS / 2);
      assertThat(trial.counted()).as("seed " + SEED).isGreaterThan(ROUNDS / 2);
    }
  }

  @Test
  void whoeverTakesFromTheSlowIsFoundOut() throws Exception {
    isFoundOut(SocketLocksFactory.Impatient.class);
  }

  private void isFoundOut(Class<? extends LocksFactory> factory) throws IOException {
    CounterTrial trial = trial(factory, List.of());
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> trial.run(1_000))
        .withMessageMatching("(?s).*(not alone|found|counted).*");
  }

  private CounterTrial trial(Class<? extends LocksFactory> factory, List<String> prefix)
      throws IOException {
    String where = SocketLocksFactory.directory(directory.resolve("locks")).toString();
    return new CounterTrial(factory, where, directory, SEED, prefix);
  }
}
