package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The jobserver of the file system: every token is known to belong to somebody. */
class JobserverFileTest {
  /** Less than it takes to write off what nobody misses, also on a busy machine. */
  private static final Duration SOON = Duration.ofSeconds(12);

  /** Of read(2), on x86-64 and aarch64. */
  private static final Set<String> READ_NUMBERS = Set.of("0", "63");

  /** Three tokens beside the first slot. */
  private static final int POOL = 4;

  @RegisterExtension final Dibs dibs = Dibs.withPool(POOL).kept();

  private final DaemonKiller killer = new DaemonKiller(dibs);

  @BeforeEach
  void needsTheMount() {
    dibs.startedDaemon();
    assumeTrue(Files.isWritable(Path.of("/dev/fuse")), "missing: /dev/fuse");
  }

  private Running taker(Running run, String how, String count) {
    return runIn(run, "taker", jobserver(), how, count);
  }

  /** A command of the same run. */
  private Running runIn(Running run, String... words) {
    return dibs.plain(words).with("DIBS_RUN", nameOf(run)).piped().start();
  }

  private String jobserver() {
    return dibs.directory().resolve("fs/jobserver").toString();
  }

  private String nameOf(Running run) {
    Map<String, String> status = status();
    return status.entrySet().stream()
        .filter(e -> e.getKey().endsWith("/pid") && e.getValue().equals("" + run.pid()))
        .map(e -> status.get(e.getKey().replace("/pid", "/id")))
        .findFirst()
        .orElseThrow();
  }

  private Map<String, String> status() {
    return Json.scalars(dibs.dibs("status", "--json").end().well().out());
  }

  /** How many tokens a process has, as the status says. */
  private int tokens(long pid) {
    Map<String, String> status = status();
    return status.entrySet().stream()
        .filter(e -> e.getKey().contains("/tokens/") && e.getKey().endsWith("/pid"))
        .filter(e -> e.getValue().equals("" + pid))
        .mapToInt(e -> Integer.parseInt(status.get(e.getKey().replace("/pid", "/tokens"))))
        .sum();
  }

  @ParameterizedTest
  @ValueSource(strings = {"block", "poll", "try"})
  void aKilledHolderGivesBackExactlyWhatItHas(String how) {
    Running run = dibs.holder();
    Running other = taker(run, "block", "1").says("has 1");
    Running holder = taker(run, how, "2").says("has 2");
    Running waiter = taker(run, "poll", "2");
    assertThat(tokens(holder.pid())).isEqualTo(2);
    holder.kill();
    waiter.says("has 2");
    taker(run, "try", "1").says("has 0");
    assertThat(tokens(other.pid())).isEqualTo(1);
    other.kill();
    waiter.kill();
    run.closeInput();
    run.end().well();
    wholePool();
  }

  /** Nothing is lost, and nobody has more. */
  private void wholePool() {
    dibs.dibs("job", "--slots", "" + POOL, "--", "true").start().endWithin(SOON).well();
  }

  @Test
  void whoReadsManyBytesAndKeepsThemGetsNoMoreThanItsDueWhileOthersWait() {
    Running run = dibs.holder();
    Running first = taker(run, "block", "2").says("has 2");
    Running second = taker(run, "block", "1").says("has 1");
    Running hoarder = taker(run, "block", "+8");
    Until.holds("the hoarder waits", () -> isWaiting(hoarder));
    Running third = taker(run, "block", "1");
    Until.holds("the third waits", () -> isWaiting(third));
    first.say("give 2");
    hoarder.says("has 1");
    third.says("has 1");
    Stream.of(first, second, third, hoarder).forEach(Running::kill);
    run.closeInput();
    run.end().well();
    wholePool();
  }

  /** Whether it is in a read(2) that the daemon has not answered; its open(2) is over then. */
  private static boolean isWaiting(Running running) {
    Path process = Path.of("/proc/" + running.pid());
    String call = Texts.read(process.resolve("syscall"));
    return Texts.read(process.resolve("wchan")).equals("request_wait_answer")
        && READ_NUMBERS.contains(call.substring(0, Math.max(0, call.indexOf(' '))));
  }

  @Test
  void bytesThatNobodyTookAreNoTokens() {
    Running run = dibs.holder();
    Running inventor = taker(run, "block", "1").says("has 1");
    inventor.say("give 9");
    inventor.says("gave 9");
    // Its own one, two that were free, and one for the slot in which it may have been started.
    Running all = taker(run, "try", "9").says("has 4");
    inventor.kill();
    all.kill();
    run.closeInput();
    run.end().well();
    wholePool();
  }

  @Test
  void aTokenOfAChildThatEndsBelongsToItsParent() {
    Running run = dibs.holder();
    Running script =
        runIn(
            run,
            "sh",
            "-c",
            "token=$(dd bs=1 count=1 2>/dev/null <\"$0\"); echo got; read go; "
                + "printf %s \"$token\" >\"$0\"; echo back; exec cat",
            jobserver());
    script.says("got");
    Until.holds("the script has it", () -> tokens(script.pid()) == 1);
    Running others = taker(run, "try", "3").says("has 2");
    script.say("go");
    script.says("back");
    Until.holds("the script has none", () -> tokens(script.pid()) == 0);
    others.kill();
    taker(run, "block", "3").says("has 3").kill();
    script.kill();
    run.closeInput();
    run.end().well();
    wholePool();
  }

  /** A tool that is killed while its jobs, which last for ever, hold tokens. */
  private record Victim(String name, Tool tool, Map<String, String> files, String command) {
    @Override
    public String toString() {
      return tool + ": " + command;
    }
  }

  static List<Victim> victims() {
    String jobs = "all: a b c d e f\na b c d e f: ; @counted sleep 1000\n";
    String edges = "build a: c\nbuild b: c\nbuild c: c\nbuild d: c\nbuild e: c\n";
    return List.of(
        new Victim("make", Tool.MAKE, Map.of("Makefile", jobs), "make -j"),
        new Victim("make", Tool.MAKE_44, Map.of("Makefile", jobs), "make -j"),
        new Victim(
            "make",
            Tool.MAKE,
            Map.of("Makefile", "all: ; +@$(MAKE) -C in", "in/Makefile", jobs),
            "make"),
        new Victim(
            "ninja",
            Tool.NINJA_113,
            Map.of("build.ninja", "rule c\n  command = counted sleep 1000\n" + edges),
            "ninja"),
        new Victim("cargo", Tool.CARGO, crates(), "cargo build --offline"));
  }

  /** Crates whose build scripts last for ever. */
  private static Map<String, String> crates() {
    Map<String, String> files = new HashMap<>();
    files.put("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"c*\"]\n");
    for (int i = 1; i <= POOL + 1; i++) {
      files.put("c" + i + "/Cargo.toml", "[package]\nname = \"c%d\"\n".formatted(i));
      files.put("c" + i + "/src/lib.rs", "");
      files.put(
          "c" + i + "/build.rs",
          "fn main() { std::process::Command::new(\"sleep\").arg(\"1000\").status().unwrap(); }\n");
    }
    return files;
  }

  /** How many tokens processes have, in all. */
  private int heldTokens() {
    return status().entrySet().stream()
        .filter(e -> e.getKey().endsWith("/tokens") && e.getKey().contains("/tokens/"))
        .mapToInt(e -> Integer.parseInt(e.getValue()))
        .sum();
  }

  @ParameterizedTest
  @MethodSource("victims")
  void aKilledToolGivesItsTokensBackThoughItsRunLives(Victim victim) {
    victim.tool.require();
    victim.files.forEach((name, text) -> Texts.write(dibs.folder().resolve(name), text));
    Command script = dibs.runScript(victim.command + " & exec cat").piped();
    Tool.folderAside(List.of(victim.tool)).ifPresent(script::onPath);
    Running run = script.start();
    Until.holds("jobs that hold all tokens", () -> heldTokens() == POOL - 1);
    Running waiter = dibs.dibs("job", "--slots", "" + (POOL - 1), "--", "true").start();
    assertThat(killAllNamed(Set.of(victim.name))).isFalse();
    waiter.endWithin(SOON).well();
    Until.holds("the end of the jobs", () -> killAllNamed(Set.of("counted", "sleep")));
    run.closeInput();
    run.end();
    wholePool();
  }

  /** Whether there are none any more; kills those that there are. */
  private boolean killAllNamed(Set<String> names) {
    List<ProcessHandle> left =
        dibs.inThisWorld().stream()
            .filter(p -> Processes.name(p.pid()).filter(names::contains).isPresent())
            .toList();
    left.forEach(ProcessHandle::destroyForcibly);
    return left.isEmpty();
  }

  @Test
  void whoHasTokensAndWhoWaitsOutlivesAKilledDaemon() {
    Running run = dibs.holder();
    Running holder = taker(run, "block", "2").says("has 2");
    Running third = taker(run, "block", "1").says("has 1");
    Running blocks = taker(run, "block", "1");
    Running polls = taker(run, "poll", "1");
    Until.holds("the reader waits", () -> isWaiting(blocks));
    assertThat(killer.killDaemon()).isTrue();
    Until.holds("a new daemon that knows", () -> tokens(holder.pid()) == 2);
    assertThat(tokens(third.pid())).isEqualTo(1);
    taker(run, "try", "1").says("has 0");
    holder.kill();
    blocks.says("has 1");
    polls.says("has 1");
    taker(run, "try", "1").says("has 0");
    Stream.of(third, blocks, polls).forEach(Running::kill);
    run.closeInput();
    run.end().well();
    wholePool();
  }

  static List<Build> clients() {
    return List.of(Build.MAKE, Build.MAKE_44, Build.NINJA_113, Build.CARGO);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aBuildUsesThePoolAndNoMore(Build build) {
    build.prepare(dibs, "b").withDibs().meeting(2).with("COUNTED_WAIT_MS", "40").end().well();
    assertThat(dibs.count().peak()).isBetween(2L, (long) POOL);
    wholePool();
  }

  @Test
  void buildsOfAllKindsShareThePool() {
    List<Running> all =
        clients().stream()
            .map(build -> build.prepare(dibs, "b" + clients().indexOf(build)))
            .toList()
            .stream()
            .map(ready -> ready.withDibs().meeting(POOL).with("COUNTED_WAIT_MS", "150").start())
            .toList();
    all.forEach(build -> build.end().well());
    assertThat(dibs.count().peak()).isEqualTo(POOL);
    wholePool();
  }

  /** As on a disk that is full: what the next daemon should know was never written. */
  @ParameterizedTest
  @MethodSource("clients")
  void aBuildWhoseRunIsForgottenGoesOn(Build build) {
    Running running = build.prepare(dibs, "b").withDibs().with("COUNTED_WAIT_MS", "150").start();
    Until.holds("the build's first jobs", () -> dibs.count().started() > 1);
    Texts.removeAll(dibs.directory().resolve("claims"));
    assertThat(killer.killDaemon()).isTrue();
    running.end().well();
    wholePool();
  }

  @Test
  void gccLinksWithTokens() {
    Tool.GCC.require();
    Tool.MAKE.require();
    Texts.write(dibs.folder().resolve("a.c"), "int f(int x) { return x + 1; }\n");
    Texts.write(dibs.folder().resolve("b.c"), "int f(int); int main(void) { return f(-1); }\n");
    Texts.write(
        dibs.folder().resolve("Makefile"),
        """
        all: ; +gcc -O2 -flto=jobserver -save-temps -o lto a.c b.c && ./lto
        """);
    Ended make = dibs.dibs("run", "--", "make", "-j").end().well();
    assertThat(make.err()).doesNotContain("jobserver is not available");
    wholePool();
  }

  @Test
  void makeThatIsStartedWithoutDibsIsARunOfItsOwn() {
    Build.MAKE_44.prepare(dibs, "m");
    Running holder = dibs.holder();
    Running make =
        dibs.plain(Tool.MAKE_44.require().toString(), "-C", "m")
            .with("MAKEFLAGS", " -j9 --jobserver-auth=fifo:" + jobserver())
            .meeting(2)
            .with("COUNTED_WAIT_MS", "40")
            .start();
    make.end().well();
    assertThat(dibs.count().peak()).isBetween(2L, POOL - 1L);
    holder.closeInput();
    holder.end().well();
    wholePool();
  }

  @Test
  void lookingAtTheFileTakesNothing() {
    Running run = dibs.holder();
    runIn(run, "ls", "-l", jobserver()).end().well();
    runIn(run, "stat", jobserver()).end().well();
    assertThat(runIn(run, "ls", dibs.directory().resolve("fs").toString()).end().well().out())
        .doesNotContain("jobserver");
    taker(run, "try", "4").says("has 3").kill();
    run.closeInput();
    run.end().well();
  }
}
