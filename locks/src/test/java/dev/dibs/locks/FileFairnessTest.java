package dev.dibs.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight processes that want one lock all the time. {@code benchmarks/run locks} has the long run.
 */
@Timeout(120)
class FileFairnessTest {

  private static final int WORKERS = 8;
  private static final long COUNTS = 20_000;

  /** On a machine that is busy with other things a process may lack CPUs for a while. */
  private static final int WINDOWS_MAX = 5;

  @TempDir Path directory;

  @Test
  void everyProcessHasItsShare() throws Exception {
    CounterBoard board = CounterBoard.open(directory.resolve("board"));
    List<ChildJvm> workers = new ArrayList<>();
    try {
      for (int worker = 1; worker <= WORKERS; worker++) {
        workers.add(start(worker));
      }
      workers.forEach(worker -> assertThat(worker.answer()).isEqualTo("ready"));
      long[] before = counted(board);
      double[] shares = shares(board, before);
      for (int window = 1; window < WINDOWS_MAX && !areFair(shares); window++) {
        shares = shares(board, before);
      }
      assertThat(areFair(shares)).as("by its share %s", Arrays.toString(shares)).isTrue();
    } finally {
      workers.forEach(ChildJvm::close);
    }
  }

  /** After one more window: what each has had since the beginning, by its share. */
  private static double[] shares(CounterBoard board, long[] before) {
    awaitCount(board, board.counter() + COUNTS);
    long[] after = counted(board);
    double all = Arrays.stream(after).sum() - Arrays.stream(before).sum();
    double[] shares = new double[WORKERS];
    Arrays.setAll(shares, i -> (after[i] - before[i]) * WORKERS / all);
    return shares;
  }

  private static boolean areFair(double[] shares) {
    return Arrays.stream(shares).allMatch(share -> share >= 0.5 && share <= 2);
  }

  private ChildJvm start(int worker) {
    return ChildJvm.start(
        CounterWorker.class,
        LocksFactory.OfDirectory.class.getName(),
        directory.resolve("locks").toString(),
        directory.resolve("board").toString(),
        Integer.toString(worker),
        "greedy");
  }

  private static long[] counted(CounterBoard board) {
    long[] counted = new long[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
      counted[i] = board.counted(i + 1);
    }
    return counted;
  }

  private static void awaitCount(CounterBoard board, long count) {
    while (board.counter() < count) {
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }
}
