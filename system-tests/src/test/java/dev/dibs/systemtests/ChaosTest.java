package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.systemtests.Toll.Victim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * SIGKILL of anything at any moment, under load: what was not killed itself ends well, the pool is
 * never exceeded, and in the end all of it is free. {@code -Dchaos.seed=N} repeats a schedule of
 * kills (not the moments at which builds are hit), {@code -Dchaos.seconds=N} says how long, {@code
 * -Dchaos.fifos=true} has tokens in FIFOs. What was seen lies in {@code target/chaos}.
 */
@Isolated("its builds fill the machine, and each has a deadline")
class ChaosTest {
  private static final int POOL = 3;
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime() % 1_000_000);
  private static final Duration LENGTH =
      Duration.ofSeconds(Integer.getInteger("chaos.seconds", 60));
  private static final boolean OVER_FIFOS = Boolean.getBoolean("chaos.fifos");
  private static final Duration CAUGHT_WITHIN = Duration.ofSeconds(60);

  /** How often a failure tells what happened around it. */
  private static final int TOLD_MAX = 3;

  @RegisterExtension
  final Dibs dibs = OVER_FIFOS ? Dibs.withPool(POOL).overFifos() : Dibs.withPool(POOL);

  private final Chaos chaos = new Chaos(dibs, SEED);

  /** Its length is given; what hangs in it is found by deadlines of its own. */
  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void whatIsNotKilledEndsWellInsideThePool() {
    List<Project> projects = Project.all();
    dibs.startedDaemon();
    chaos.build(projects);
    chaos.kill(LENGTH);
    chaos.end();
    System.out.println("chaos: seed " + SEED + ", " + LENGTH + ": " + chaos + ", " + dibs.count());
    assertThat(chaos.failures()).as("seed " + SEED).isEmpty();
    assertThat(dibs.count().peak()).as(this::whenThereWereTooMany).isEqualTo(POOL);
    assertThat(chaos.unharmed()).isGreaterThanOrEqualTo(projects.size());
    assertThat(chaos.toll().of(Victim.DAEMON)).isPositive();
    everythingIsFree();
  }

  @Test
  void aDaemonThatForgetsWhatIsHeldIsCaught() {
    dibs.overFifos(); // in the file system clients of a forgotten run ask for slots anew
    dibs.startedDaemon();
    // Who waits for a token of a run that is forgotten waits for ever, unless it has a job without.
    chaos.build(
        Project.all().stream().filter(p -> !p.name().equals("script that takes tokens")).toList());
    Until.holds(
        () -> "more jobs than the pool allows; " + chaos,
        () -> {
          Texts.removeAll(dibs.directory().resolve("claims"));
          return chaos.killDaemonAndSupervisor() && dibs.count().peak() > POOL;
        },
        CAUGHT_WITHIN);
    chaos.end();
    assertThat(whenThereWereTooMany()).contains("RAN: ", "KILL", "daemon");
  }

  private String whenThereWereTooMany() {
    String daemonLog = daemonLogs().map(Texts::read).collect(Collectors.joining());
    List<Excess> all = dibs.above(POOL);
    String first = all.isEmpty() ? "" : ", first " + all.getFirst().crowd();
    return all.stream()
        .limit(TOLD_MAX)
        .map(excess -> "\n\n" + chaos.chronicle().tell(excess, daemonLog))
        .collect(
            Collectors.joining("", "seed %d, %d times%s".formatted(SEED, all.size(), first), "\n"));
  }

  private void everythingIsFree() {
    Until.holds(() -> "a free pool\n" + status(), () -> isFree(status()), Until.DEADLINE);
    for (String folder : List.of("runs", "r")) {
      Path path = dibs.directory().resolve(folder);
      Until.holds(
          () -> "nothing in " + path + ": " + list(path),
          () -> list(path).isEmpty(),
          Until.DEADLINE);
    }
  }

  private String status() {
    return dibs.dibs("status", "--json").end().well().out();
  }

  private static boolean isFree(String status) {
    Map<String, String> scalars = Json.scalars(status);
    return "0".equals(scalars.get("/pools/0/used"))
        && "0".equals(scalars.get("/pools/0/waiting"))
        && scalars.keySet().stream().noneMatch(name -> name.startsWith("/claims/"));
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void keepWhatWasSeen(TestInfo test) throws IOException {
    Path kept =
        Texts.folder(
            Path.of("target/chaos", SEED + "-" + test.getTestMethod().orElseThrow().getName()));
    Texts.write(kept.resolve("events"), String.join("\n", chaos.chronicle().lines()));
    List<Path> seen =
        Stream.concat(daemonLogs(), Stream.of(dibs.log(), dibs.directory().resolve("daemon.out")))
            .filter(Files::exists)
            .toList();
    for (Path file : seen) {
      Files.copy(file, kept.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private Stream<Path> daemonLogs() {
    return Stream.of("daemon.log.1", "daemon.log.0")
        .map(dibs.directory()::resolve)
        .filter(Files::exists);
  }
}
