package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a run leaves behind, and what stands still without being over. */
@Waiting("what stands still is watched for longer than it takes to write off tokens")
class LeftoversTest {

  /** Longer than a run that stands still is given until it counts as wedged. */
  private static final Duration STANDSTILL = Duration.ofSeconds(15);

  private static final Path UNIFIED =
      Files.isDirectory(Path.of("/sys/fs/cgroup/unified"))
          ? Path.of("/sys/fs/cgroup/unified")
          : Path.of("/sys/fs/cgroup");

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  private String status() {
    return dibs.dibs("status").end().well().out();
  }

  private boolean isFree() {
    return dibs.dibs("job", "-n", "--slots", "2", "--", "true").end().status() == 0;
  }

  @Test
  void aHelperThatStaysBehindIsNamedAndHoldsNothing() {
    String script = "setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $!";
    long helper = Long.parseLong(dibs.runScript(script).end().well().out().strip());
    try {
      Until.holds("two free slots", this::isFree);
      assertThat(status()).contains("leftover", "sleep 1000", Long.toString(helper));
    } finally {
      Processes.signal("KILL", helper);
    }
    Until.holds("nothing left", () -> status().contains("Nothing runs"));
  }

  @Test
  void whatABuildLeftBehindAndStillWorksKeepsItsSlot() {
    String script = "(while :; do :; done) </dev/null >/dev/null 2>&1 & echo $!";
    long worker = Long.parseLong(dibs.runScript(script).end().well().out().strip());
    try {
      Until.holds("a leftover", () -> status().contains("leftover"));
      assertThat(Until.becomesTrue(this::isFree, Duration.ofSeconds(8))).isFalse();
    } finally {
      Processes.signal("KILL", worker);
    }
    Until.holds("two free slots", this::isFree);
  }

  @Test
  void aStoppedBuildKeepsItsClaimsAndLosesNothing() throws IOException {
    Running build = buildWithTwoJobs();
    try {
      build.signalAll("STOP");
      staysFull();
    } finally {
      build.signalAll("CONT");
    }
    endsAsIfNothingHadBeen(build);
  }

  @Test
  void aFrozenBuildKeepsItsClaimsAndLosesNothing() throws IOException {
    assumeTrue(Files.isWritable(UNIFIED.resolve("cgroup.procs")), "missing: cgroups of version 2");
    Running build = buildWithTwoJobs();
    Path cgroup = Files.createDirectory(UNIFIED.resolve("dibs-test-" + UUID.randomUUID()));
    try {
      for (long pid : build.tree()) {
        Files.writeString(cgroup.resolve("cgroup.procs"), Long.toString(pid));
      }
      Files.writeString(cgroup.resolve("cgroup.freeze"), "1");
      staysFull();
    } finally {
      Files.writeString(cgroup.resolve("cgroup.freeze"), "0");
    }
    endsAsIfNothingHadBeen(build);
    Until.holds(
        "an empty cgroup",
        () -> Texts.read(cgroup.resolve("cgroup.events")).contains("populated 0"));
    Files.delete(cgroup);
  }

  @Test
  void aMakeWhoseJobsWaitForAPoolKeepsItsTokens() {
    dibs.dibs("pool", "link", "size", "1").end().well();
    Running linker =
        dibs.dibs("job", "--pool", "link", "--", "sh", "-c", "echo held; exec cat")
            .piped()
            .start()
            .says("held");
    Texts.write(
        dibs.folder().resolve("Makefile"),
        Build.makefile("o", Build.JOBS).replace("counted", "dibs job --pool link -- counted"));
    Running make = dibs.dibs("run", "--", "make", "-j").start();
    Until.holds(
        "two recipes wait",
        () ->
            "2"
                .equals(
                    Json.scalars(dibs.dibs("status", "--json").end().well().out())
                        .get("/pools/1/waiting")));
    staysFull();
    linker.closeInput();
    make.end().well();
    dibs.dibs("run", "--", "true").end().well();
    assertThat(dibs.count().peak()).isEqualTo(1);
  }

  private Running buildWithTwoJobs() {
    Running build = Build.MAKE.prepare(dibs, "b").withDibs().with("COUNTED_WAIT_MS", "500").start();
    Until.holds("two jobs", () -> dibs.count().running() == 2);
    return build;
  }

  /** Somebody waits all the time, and in vain. */
  private void staysFull() {
    Ended waiter =
        dibs.dibs("run", "-w", Long.toString(STANDSTILL.toSeconds()), "--", "true").end();
    assertThat(waiter.with(75).err()).contains("2 of 2 in use");
  }

  private void endsAsIfNothingHadBeen(Running build) {
    build.end().well();
    assertThat(dibs.count().peak()).isEqualTo(2);
    assertThat(dibs.count().ended()).isEqualTo(Build.JOBS);
    Until.holds("two free slots", this::isFree);
  }
}
