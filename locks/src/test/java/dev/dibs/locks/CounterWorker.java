package dev.dibs.locks;

import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that counts up under the lock until it is killed. It says {@code ready} when it has
 * counted once, {@code bad ...} if it was not alone, and {@code found W} if worker W had counted up
 * to its value before.
 */
public final class CounterWorker {

  private static final int LONGEST_INSIDE_NS = 40_000;

  /** So that kills and stops meet somebody inside, one in so many stays for so long. */
  private static final int SELDOM = 16;

  private static final int LONG_INSIDE_NS = 3_000_000;
  private static final int LONGEST_OUTSIDE_NS = 5_000_000;

  private final int worker;
  private final CounterBoard board;
  private final SplittableRandom random;
  private final boolean isGreedy;

  private CounterWorker(int worker, CounterBoard board, boolean isGreedy) {
    this.isGreedy = isGreedy;
    this.worker = worker;
    this.board = board;
    this.random = new SplittableRandom(worker);
  }

  /**
   * {@code FACTORY WHERE BOARD WORKER}; with {@code train} behind: one round and out, with {@code
   * greedy}: without a pause.
   */
  public static void main(String[] arguments) throws Exception {
    int worker = Integer.parseInt(arguments[3]);
    String how = arguments.length == 4 ? "" : arguments[4];
    CounterBoard board = CounterBoard.open(Path.of(arguments[2]));
    CounterWorker me = new CounterWorker(worker, board, how.equals("greedy"));
    try (Locks locks = LocksFactory.named(arguments[0]).open(arguments[1])) {
      me.count(locks);
      System.out.println("ready");
      while (!how.equals("train")) {
        me.count(locks);
      }
    }
  }

  private void count(Locks locks) throws Exception {
    try (HeldLocks held = locks.acquire(LockRequest.exclusive("counter"))) {
      board.enter(worker);
      long value = board.counter();
      linger();
      int before = board.countTo(value + 1, worker);
      if (!board.leave(worker)) {
        System.out.println("bad: worker " + worker + " was not alone, fence " + held.fence());
      }
      if (before != 0) {
        System.out.println("found " + before);
      }
    }
    if (!isGreedy) {
      LockSupport.parkNanos(random.nextInt(LONGEST_OUTSIDE_NS));
    }
  }

  private void linger() {
    if (random.nextInt(SELDOM) == 0) {
      LockSupport.parkNanos(random.nextInt(LONG_INSIDE_NS));
      return;
    }
    long endNs = System.nanoTime() + random.nextInt(LONGEST_INSIDE_NS);
    while (System.nanoTime() < endNs) {
      Thread.onSpinWait();
    }
  }
}
