package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.locks.LockRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Of those who lock through the daemon and those who lock without it, nobody is beside another,
 * whoever is killed.
 */
class BothKindsStressTest {
  private static final int WORKERS = 6;
  private static final int ROUNDS = 12;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  /**
   * Adds one to a counter: writes what it is going to write down, then writes it. Whoever was
   * killed in between left the counter as it was, or one higher.
   */
  private static final String INCREMENT =
      """
      if ! mkdir inside 2>/dev/null; then
        [ ! -e "/proc/$(cat inside/pid)/exe" ] || echo "beside $(cat inside/pid)" >>wrong
      fi
      echo $$ >inside/pid
      n=$(cat counter); echo $((n + 1)) >counter.$$; mv counter.$$ counter; echo $$ >>done
      rm -rf inside
      """;

  @Test
  void whoLocksWithoutTheDaemonIsBesideNobodyEither() throws IOException {
    assertThat(wrongAfterKills(Programs.dibs() + " lock x --", ranged("dibs/locks"))).isEmpty();
  }

  /** What must be found. */
  @Test
  void inAnotherDirectoryHeIs() throws IOException {
    assertThat(wrongAfterKills(Programs.dibs() + " lock x --", ranged("dibs/r"))).isNotEmpty();
  }

  private static String ranged(String directory) {
    return "ranged ../" + directory + " " + LockRange.of("x").position();
  }

  /** Each of the ways is gone by as many workers. */
  private List<String> wrongAfterKills(String... locks) throws IOException {
    dibs.startedDaemon();
    DaemonKiller killer = new DaemonKiller(dibs);
    Path folder = dibs.folder();
    Files.writeString(folder.resolve("counter"), "0\n");
    Files.writeString(folder.resolve("increment.sh"), INCREMENT);
    Files.createFile(folder.resolve("wrong"));
    List<Running> workers = new ArrayList<>();
    for (int i = 0; i < WORKERS * locks.length; i++) {
      String lock = locks[i % locks.length];
      String script = "while [ ! -e over ]; do " + lock + " sh increment.sh 2>>errors; done";
      workers.add(dibs.plain("sh", "-c", script).start());
    }
    Random random = new Random(7);
    for (int round = 0; round < ROUNDS && Files.size(folder.resolve("wrong")) == 0; round++) {
      int target = done(folder) + 2 * locks.length;
      Until.holds("progress", () -> done(folder) >= target);
      switch (round % 4) {
        case 1 -> killer.killSupervisor();
        case 3 -> killer.killDaemon();
        default -> killOneBelow(workers.get(random.nextInt(workers.size())));
      }
    }
    Files.createFile(folder.resolve("over"));
    workers.forEach(worker -> worker.end());
    return Files.readAllLines(folder.resolve("wrong"));
  }

  /** The lock's command, or what it started. */
  private static void killOneBelow(Running worker) {
    worker
        .process()
        .descendants()
        .findFirst()
        .ifPresent(process -> Processes.signalIfAlive("KILL", process.pid()));
  }

  private static int done(Path folder) {
    try {
      Path done = folder.resolve("done");
      return Files.exists(done) ? Files.readAllLines(done).size() : 0;
    } catch (IOException failure) {
      return 0;
    }
  }
}
