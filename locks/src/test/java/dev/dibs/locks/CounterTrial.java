package dev.dibs.locks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Real processes count up one counter under a lock, and are killed at random, one each round, often
 * the one that holds the lock; some are stopped for a while first. What was counted is known: each
 * value by whom, and by each worker how much, so of a killed one at most one count is in doubt.
 *
 * <p>It finds: two at once between lock and unlock; a value counted twice; a sum that is wrong; a
 * lock that nobody gets any more.
 */
public final class CounterTrial {

  private static final int WORKERS = 12;
  private static final int WORKING_MIN = 6; // of them, at each kill
  private static final int COUNTS_MAX = 6; // between two kills: most of a round is a JVM's start
  private static final int STOP_EVERY = 12; // rounds
  private static final long STOP_NS = TimeUnit.MILLISECONDS.toNanos(60);
  private static final long RESUMED_NS = TimeUnit.MILLISECONDS.toNanos(5); // to do harm, if it can
  private static final long STUCK_NS = TimeUnit.SECONDS.toNanos(60);

  private final Class<? extends LocksFactory> factory;
  private final String where;
  private final Path boardFile;
  private final CounterBoard board;
  private final Random random;
  private final List<String> java;
  private final List<Worker> workers = new ArrayList<>();
  private final Set<Integer> killed = new HashSet<>();
  private int lastWorker;

  /** A worker, which works from when it says so. */
  private static final class Worker {
    final int number;
    final ChildJvm jvm;
    boolean ready;

    Worker(int number, ChildJvm jvm) {
      this.number = number;
      this.jvm = jvm;
    }

    boolean works() {
      ready = true;
      return ready;
    }
  }

  /**
   * One trial.
   *
   * @param factory what opens the locks in each process
   * @param where where they are
   * @param scratch a directory for the counter
   * @param seed of kills and stops
   * @param prefix what each process is started with, such as {@code nsenter ...}; may be empty. It
   *     must become the process by exec
   */
  public CounterTrial(
      Class<? extends LocksFactory> factory,
      String where,
      Path scratch,
      long seed,
      List<String> prefix)
      throws IOException {
    this.factory = factory;
    this.where = where;
    this.boardFile = scratch.resolve("board");
    this.board = CounterBoard.open(boardFile);
    this.random = new Random(seed);
    this.java = new ArrayList<>(prefix);
    this.java.addAll(quickStart(factory, scratch).command());
  }

  /** It is trained with a counter and a lock directory of its own. */
  private static QuickStart quickStart(Class<? extends LocksFactory> factory, Path scratch)
      throws IOException {
    Path folder = Files.createTempDirectory(scratch, "start");
    return QuickStart.train(
        folder,
        CounterWorker.class,
        factory.getName(),
        folder.resolve("locks").toString(),
        folder.resolve("board").toString(),
        "1",
        "train");
  }

  /**
   * Kills so many workers.
   *
   * @throws AssertionError if the lock is wrong; it says how
   */
  public void run(int rounds) {
    try {
      while (workers.size() < WORKERS) {
        start();
      }
      awaitReady(WORKERS);
      for (int round = 1; round <= rounds; round++) {
        round(round);
      }
    } finally {
      workers.forEach(worker -> worker.jvm.kill());
      workers.forEach(worker -> killed.add(worker.number));
    }
    workers.forEach(this::listen);
    checkSum();
  }

  /** {@code FACTORY WHERE SCRATCH ROUNDS SEED [PREFIX...]}: one trial outside of the tests. */
  public static void main(String[] arguments) throws IOException {
    List<String> words = List.of(arguments);
    CounterTrial trial =
        new CounterTrial(
            LocksFactory.named(words.get(0)).getClass(),
            words.get(1),
            Path.of(words.get(2)),
            Long.parseLong(words.get(4)),
            words.subList(5, words.size()));
    trial.run(Integer.parseInt(words.get(3)));
    System.out.println(trial.killed.size() + " killed, counted to " + trial.counted());
  }

  private void start() {
    int number = ++lastWorker;
    String[] arguments = {factory.getName(), where, boardFile.toString(), "" + number};
    workers.add(new Worker(number, ChildJvm.start(java, CounterWorker.class, arguments)));
  }

  private void round(int round) {
    awaitReady(WORKING_MIN);
    awaitCounts(1 + random.nextInt(COUNTS_MAX));
    Worker victim = random.nextBoolean() ? holder() : workers.get(random.nextInt(WORKERS));
    if (round % STOP_EVERY == 0) {
      victim.jvm.stop();
      pause(STOP_NS);
      if (random.nextBoolean()) {
        victim.jvm.resume();
        pause(RESUMED_NS);
      }
    }
    killed.add(victim.number);
    victim.jvm.kill();
    workers.remove(victim);
    start();
    listen(victim);
  }

  private Worker holder() {
    long number = board.holder();
    return workers.stream()
        .filter(worker -> worker.number == number)
        .findFirst()
        .orElseGet(() -> workers.get(random.nextInt(WORKERS)));
  }

  private void awaitCounts(int counts) {
    long aim = board.counter() + counts;
    long endNs = System.nanoTime() + STUCK_NS;
    while (board.counter() < aim) {
      failIfStuck(endNs);
      pause(TimeUnit.MICROSECONDS.toNanos(50 + random.nextInt(200)));
    }
  }

  private void failIfStuck(long endNs) {
    if (System.nanoTime() > endNs) {
      throw new AssertionError(
          "Nobody gets the lock any more; holder " + board.holder() + ", killed " + killed);
    }
  }

  private static void pause(long ns) {
    LockSupport.parkNanos(ns);
  }

  private void awaitReady(int workersMin) {
    long endNs = System.nanoTime() + STUCK_NS;
    while (listen() < workersMin) {
      failIfStuck(endNs);
      pause(TimeUnit.MICROSECONDS.toNanos(200));
    }
  }

  /** How many work. */
  private int listen() {
    int working = 0;
    for (Worker worker : workers) {
      listen(worker);
      working += worker.ready ? 1 : 0;
    }
    return working;
  }

  private void listen(Worker worker) {
    while (!worker.jvm.isSilent()) {
      check(worker, worker.jvm.answer());
    }
  }

  private void check(Worker worker, String said) {
    String[] words = said.split(" ", -1);
    boolean fine =
        switch (words[0]) {
          case "ready" -> worker.works();
          case "found" -> killed.contains(Integer.parseInt(words[1]));
          default -> said.equals(ChildJvm.END) && killed.contains(worker.number);
        };
    if (!fine) {
      throw new AssertionError("worker " + worker.number + " says: " + said);
    }
  }

  private void checkSum() {
    long sum = 0;
    for (int worker = 1; worker <= lastWorker; worker++) {
      sum += board.counted(worker);
    }
    long unheard = board.counter() - sum;
    if (unheard < 0 || unheard > killed.size()) {
      throw new AssertionError(
          "The counter is " + board.counter() + ", and " + sum + " were counted by " + lastWorker);
    }
    for (long value = 1; value <= board.counter(); value++) {
      if (board.by(value) == 0) {
        throw new AssertionError("Nobody counted up to " + value);
      }
    }
  }

  /** What it counted to. */
  public long counted() {
    return board.counter();
  }
}
