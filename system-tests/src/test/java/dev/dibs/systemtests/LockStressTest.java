package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The counter under the daemon's locks: twelve workers count up, by a command under {@code dibs
 * lock} each time or over a connection. In each round one of them is killed, often who has the
 * lock, and some are stopped before; where commands hold it the daemon is killed too. {@code
 * -Dlocks.rounds=N} and {@code -Dlocks.seed=N} as for locks without a daemon.
 */
class LockStressTest {
  private static final int WORKERS = 12;
  private static final int ROUNDS = Integer.getInteger("locks.rounds", 300);
  private static final int ROUNDS_OF_CANARIES = 5;
  private static final long SEED = Long.getLong("locks.seed", System.nanoTime());
  private static final int STOP_EVERY = 12; // rounds
  private static final int DAEMON_DIES_EVERY = 30;
  private static final int COUNTED_BYTES_MAX = 12; // between two kills: one to four counts
  private static final Duration STOP = Duration.ofMillis(60);

  /** More than a launcher waits for an answer. */
  private static final Duration LONG_STOP = Duration.ofSeconds(6);

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  private final Random random = new Random(SEED);
  private final List<Running> workers = new ArrayList<>();
  private int killed;

  /** Whoever is killed between the last two steps has counted, and nobody heard of it. */
  private static final String INCREMENT =
      """
      echo $$ >holder
      read -r n <counter
      echo $((n + 1)) >counter.$$
      mv counter.$$ counter
      echo $((n + 1)) >>counted
      """;

  /** The same over a connection, or without a lock if there is an argument. */
  private static final String CLIENT =
      """
      import json, os, random, socket, sys, time
      locks = len(sys.argv) == 1
      dibs = socket.socket(socket.AF_UNIX)
      dibs.connect(os.environ['DIBS_DIR'] + '/socket')
      answers = dibs.makefile()
      mine = 'counter.%d' % os.getpid()

      def write(path, how, text):
        with open(path, how) as file:
          file.write(text)

      number = 0
      while not os.path.exists('over'):
        number += 1
        if locks:
          dibs.sendall(b'{"id":%d,"lock":["x"]}\\n' % number)
          while not json.loads(answers.readline()).get('granted'):
            pass
        write('holder', 'w', '%d\\n' % os.getpid())
        with open('counter') as counter:
          value = int(counter.read()) + 1
        write(mine, 'w', '%d\\n' % value)
        os.rename(mine, 'counter')
        write('counted', 'a', '%d\\n' % value)
        if locks:
          dibs.sendall(b'{"release":%d}\\n' % number)
        time.sleep(random.random() / 200)
      """;

  @Test
  @Timeout(value = 3, unit = TimeUnit.HOURS) // each step has a deadline of its own
  void underCommandsTheCounterIsRightHoweverManyAreKilled() {
    begin(Programs.dibs() + " lock x -- sh increment.sh");
    end(ROUNDS, DAEMON_DIES_EVERY);
    assertThat(wrong()).as("seed " + SEED).isEmpty();
  }

  /** What must be found. */
  @Test
  void underCommandsWithoutALockItIsWrong() {
    begin("sh increment.sh");
    end(ROUNDS_OF_CANARIES, Integer.MAX_VALUE);
    assertThat(wrong()).isNotEmpty();
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.HOURS)
  void overConnectionsTheCounterIsRightHoweverManyAreKilled() {
    begin(python() + " client.py");
    end(ROUNDS, Integer.MAX_VALUE);
    assertThat(wrong()).as("seed " + SEED).isEmpty();
  }

  /** What must be found. */
  @Test
  void overConnectionsWithoutALockItIsWrong() {
    begin(python() + " client.py without");
    end(ROUNDS_OF_CANARIES, Integer.MAX_VALUE);
    assertThat(wrong()).isNotEmpty();
  }

  /** The interpreter itself: what the PATH has may be a script, and be killed in its place. */
  private String python() {
    String itself = "import sys; print(sys.executable)";
    Ended found = dibs.plain(Tool.PYTHON.require().toString(), "-c", itself).end().well();
    return found.out().strip() + " -S -E"; // without packages it starts in a third of the time
  }

  private void begin(String command) {
    dibs.startedDaemon();
    Path folder = dibs.folder();
    Texts.write(folder.resolve("counter"), "0\n");
    Texts.write(folder.resolve("counted"), "");
    Texts.write(folder.resolve("increment.sh"), INCREMENT);
    Texts.write(folder.resolve("client.py"), CLIENT);
    Texts.write(
        folder.resolve("worker.sh"), "while [ ! -e over ]; do " + command + " 2>>errors; done\n");
    for (int i = 0; i < WORKERS; i++) {
      workers.add(dibs.plain("sh", "worker.sh").start());
    }
  }

  private void end(int rounds, int daemonDiesEvery) {
    DaemonKiller killer = new DaemonKiller(dibs);
    for (int round = 1; round <= rounds; round++) {
      long aim = countedBytes() + 1 + random.nextInt(COUNTED_BYTES_MAX);
      Until.holds("progress", () -> countedBytes() >= aim);
      if (round % daemonDiesEvery == 0) {
        killer.killDaemon();
      } else {
        ProcessHandle victim = victim();
        if (round == rounds / 2) {
          stop(victim, LONG_STOP);
        } else if (round % STOP_EVERY == 0) {
          stop(victim, STOP);
        }
        killed++;
        victim.destroyForcibly();
      }
    }
    Texts.write(dibs.folder().resolve("over"), "");
    workers.forEach(worker -> worker.end());
  }

  /** It goes on for a moment as if nothing had been, or is killed as it stands. */
  private void stop(ProcessHandle victim, Duration time) {
    Processes.signalIfAlive("STOP", victim.pid());
    LockSupport.parkNanos(time.toNanos());
    if (random.nextBoolean()) {
      Processes.signalIfAlive("CONT", victim.pid());
      LockSupport.parkNanos(STOP.toNanos());
    }
  }

  /** Who has the lock, or anybody who works. */
  private ProcessHandle victim() {
    boolean holds = random.nextBoolean();
    List<ProcessHandle> found = new ArrayList<>();
    Until.holds(
        "somebody to be killed",
        () -> {
          (holds ? holder() : Optional.<ProcessHandle>empty())
              .or(this::anybody)
              .ifPresent(found::add);
          return !found.isEmpty();
        });
    return found.getFirst();
  }

  private Optional<ProcessHandle> anybody() {
    return workers.get(random.nextInt(WORKERS)).process().children().findAny();
  }

  /** Of our workers' children, for its number may be a stranger's by now. */
  private Optional<ProcessHandle> holder() {
    String pid = Texts.read(dibs.folder().resolve("holder")).strip();
    return (pid.isEmpty() ? Optional.<ProcessHandle>empty() : ProcessHandle.of(Long.parseLong(pid)))
        .filter(
            process -> process.parent().map(ProcessHandle::pid).filter(this::works).isPresent());
  }

  private boolean works(long pid) {
    return workers.stream().anyMatch(worker -> worker.pid() == pid);
  }

  /** Grows with each count; to read all of it each time would take longer than the counting. */
  private long countedBytes() {
    return dibs.folder().resolve("counted").toFile().length();
  }

  private List<String> counted() {
    return Texts.read(dibs.folder().resolve("counted")).lines().toList();
  }

  /** Each value comes after all smaller ones, and no more are missing than were killed. */
  private List<String> wrong() {
    List<String> wrong = new ArrayList<>();
    long before = 0;
    for (String line : counted()) {
      long value = Long.parseLong(line);
      if (value <= before) {
        wrong.add(value + " after " + before);
      }
      before = value;
    }
    long last = Long.parseLong(Texts.read(dibs.folder().resolve("counter")).strip());
    long missing = last - counted().size();
    if (missing < 0 || missing > killed) {
      wrong.add("counted to " + last + ", of which " + missing + " are missing");
    }
    return wrong;
  }

  @Test
  void aHolderKeepsItsLockAcrossTheDeathOfTheDaemon() {
    Running holder =
        dibs.dibs("lock", "x", "--", "sh", "-c", "echo held; exec cat").piped().start();
    holder.says("held");
    Running waiter = dibs.dibs("lock", "x", "--", "echo", "ran").start();
    Until.holds("a waiter", () -> dibs.dibs("lock", "--list").end().out().contains("waits"));
    for (int kill = 0; kill < 3; kill++) {
      Processes.signal("KILL", dibs.daemon().orElseThrow());
      assertThat(dibs.dibs("lock", "-n", "x", "--", "true").end().status()).isEqualTo(75);
    }
    assertThat(waiter.isOver()).isFalse();
    holder.closeInput();
    waiter.end().well();
  }
}
