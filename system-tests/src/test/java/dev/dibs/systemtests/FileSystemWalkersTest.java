package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs that read whatever they find return, and take nothing from anybody. */
class FileSystemWalkersTest {
  /** For one program, on a busy machine. */
  private static final Duration SOON = Duration.ofSeconds(20);

  /** What changes though nothing is taken: times, and what is in use of memory. */
  private static final String RESTLESS = ".*(age_ms|uptime|since|/memory|_mib).*";

  @RegisterExtension final Dibs dibs = Dibs.withPool(4);

  private String run = "";

  /** A build holds a slot, and one of its tokens; another token lies ready, and a lock is held. */
  @BeforeEach
  void startABuild() {
    dibs.startedDaemon();
    assumeTrue(
        Mounts.below(dibs.directory()).contains(files().toString()), "missing: a file system");
    dibs.holder();
    run = dibs.plain("ls", file("runs")).end().well().out().strip();
    taker().says("has 1");
    dibs.dibs("lock", "held", "--", "sh", "-c", "echo held; exec cat").piped().start().says("held");
  }

  @Test
  void lookingAtEverythingTakesNothing() {
    Map<String, String> before = status();
    walk("");
    assertThat(status()).isEqualTo(before);
    assertThat(Texts.read(copy().resolve("run/1"))).contains("Opening a file here");
    assertThat(Texts.read(copy().resolve("pool/cpu/size"))).isEqualTo("4\n");
  }

  /** Whose reads of the token file would be granted. */
  @Test
  void neitherDoesItInsideTheBuild() {
    walk(run);
    Map<String, String> before = status();
    long descriptors = descriptors();
    walk(run);
    assertThat(status()).isEqualTo(before);
    Until.holds("no more open files than before", () -> descriptors() <= descriptors);
    assertThat(taker().says("has 1").isOver()).isFalse();
    assertThat(status()).as("the control: who takes is seen").isNotEqualTo(before);
  }

  private void walk(String within) {
    for (List<String> look :
        List.of(
            List.of("ls", "-lR", files().toString()),
            List.of("find", files().toString(), "-type", "f", "-size", "-1000"),
            List.of("grep", "-r", "Opening", files().toString()),
            List.of("du", "-a", files().toString()),
            List.of("df", files().toString()),
            List.of("tar", "-cf", dibs.newFile("tar").toString(), "-C", files().toString(), "."),
            List.of("cp", "-r", files().toString(), copy().toString()))) {
      dibs.plain(look.toArray(String[]::new))
          .with("DIBS_RUN", within)
          .start()
          .endWithin(SOON)
          .well();
    }
    dibs.plain("chmod", "-R", "u+rwx", copy().toString()).end().well();
  }

  private Running taker() {
    return dibs.plain("taker", file("jobserver"), "block", "1")
        .with("DIBS_RUN", run)
        .piped()
        .start();
  }

  private Map<String, String> status() {
    return Json.scalars(dibs.dibs("status", "--json").end().well().out()).entrySet().stream()
        .filter(fact -> !fact.getKey().matches(RESTLESS))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** How many files the daemon has open. */
  private long descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + dibs.daemon().orElseThrow() + "/fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path files() {
    return dibs.directory().resolve("fs");
  }

  private String file(String name) {
    return files().resolve(name).toString();
  }

  private Path copy() {
    return dibs.folder().resolve("copy");
  }
}
