package dev.dibs.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The counter under kernel locks. {@code -Dlocks.rounds=N} is for longer runs, {@code
 * -Dlocks.seed=N} repeats who is killed when, as far as the machine does.
 */
class FileCounterTest {

  private static final int ROUNDS = Integer.getInteger("locks.rounds", 300);
  private static final long SEED = Long.getLong("locks.seed", System.nanoTime());

  @TempDir Path directory;

  @Test
  void theCounterIsRightHoweverManyAreKilled() throws Exception {
    CounterTrial trial = trial(LocksFactory.OfDirectory.class);
    trial.run(ROUNDS);
    assertThat(trial.counted()).as("seed " + SEED).isGreaterThan(ROUNDS);
  }

  /** The canary: a lock that thinks that whoever holds it for long must be dead. */
  @Test
  void aLockThatIsTakenFromWhoeverIsSlowIsFoundOut() throws Exception {
    CounterTrial trial = trial(Impatient.class);
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> trial.run(300))
        .withMessageMatching("(?s).*(not alone|found|counted).*");
  }

  private CounterTrial trial(Class<? extends LocksFactory> factory) throws IOException {
    String where = directory.resolve("locks").toString();
    return new CounterTrial(factory, where, directory, SEED, List.of());
  }

  /** Opens them. */
  static final class Impatient implements LocksFactory {

    @Override
    public Locks open(String where) throws IOException {
      return new ImpatientLocks(ProcessLocks.in(Path.of(where)));
    }
  }
}
