package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code dibs run --slots}: several slots at once, and a machine of that size. */
class SlotsTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  /** Asks somebody how many CPUs there are. */
  record Asked(String whom, List<Tool> needs, List<String> command) {
    @Override
    public String toString() {
      return whom;
    }
  }

  static Stream<Asked> everybody() {
    return Stream.of(
        new Asked("nproc", List.of(), List.of("nproc")),
        new Asked("sh", List.of(), List.of("sh", "-c", "echo {slots}")),
        new Asked("Rust's test threads", List.of(), List.of("printenv", "RUST_TEST_THREADS")),
        new Asked(
            "Python",
            List.of(Tool.PYTHON),
            List.of("python3", "-c", "import os; print(len(os.sched_getaffinity(0)))")),
        new Asked(
            "node",
            List.of(Tool.NODE),
            List.of("node", "-p", "const os = require('os'); (os.availableParallelism)()")),
        new Asked("the JVM", List.of(), List.of(javaProgram(), "Cpus.java")));
  }

  private static String javaProgram() {
    return System.getProperty("java.home") + "/bin/java";
  }

  @ParameterizedTest
  @MethodSource("everybody")
  void everybodyIsToldTheNumber(Asked asked) {
    asked.needs.forEach(Tool::require);
    Texts.write(
        dibs.folder().resolve("Cpus.java"),
        """
        class Cpus {
          public static void main(String[] args) {
            System.out.println(Runtime.getRuntime().availableProcessors());
          }
        }
        """);
    assertThat(withSlots("1", asked.command).end().well().out()).isEqualTo("1\n");
    requireTwoCpus();
    assertThat(withSlots("2", asked.command).end().well().out()).isEqualTo("2\n");
  }

  @Test
  void twoRunsSideBySideHaveDifferentCpus() {
    requireTwoCpus();
    Running one = dibs.holder("--slots", "1");
    Running two = dibs.holder("--slots", "1");
    List<String> both = List.of(cpus(one), cpus(two));
    assertThat(both).doesNotHaveDuplicates().allMatch(cpus -> cpus.matches("[0-9]+"));
    one.closeInput();
    one.end().well();
    assertThat(cpus(dibs.holder("--slots", "1"))).isEqualTo(both.getFirst());
  }

  @Test
  void statusShowsWhatARunWasGiven() {
    Running run = dibs.holder("--slots", "1", "--background");
    assertThat(dibs.dibs("status").end().well().out())
        .contains("CPU " + cpus(run) + ", background");
    assertThat(Json.scalars(dibs.dibs("status", "--json").end().well().out()))
        .containsEntry("/claims/0/connection", "slots")
        .containsEntry("/claims/0/slots", "1")
        .containsEntry("/claims/0/cpus/0", cpus(run));
  }

  @Test
  void aProcessThatMayUseOneCpuOnlyIsLeftAlone() {
    Tool.TASKSET.require();
    String firstCpu = cpusOf(ProcessHandle.current().pid()).split("[-,]", -1)[0];
    String script =
        "taskset -cp "
            + firstCpu
            + " $$ >/dev/null; exec dibs run --slots 2 -- sh -c 'taskset -cp $$; echo {slots}'";
    assertThat(dibs.plain("sh", "-c", script).end().well().out())
        .endsWith(": " + firstCpu + "\n2\n");
  }

  @Test
  void moreThanThePoolCountsAsThePoolAndIsSaid() {
    Ended run = dibs.dibs("run", "--slots", "99", "--", "printenv", "DIBS_SLOTS").end().well();
    assertThat(run.out()).isEqualTo("2\n");
    assertThat(run.err()).isEqualTo("dibs: --slots 99: there are only 2; given those\n");
  }

  @Test
  void theyAreClaimedAtOnce() {
    Running holder = dibs.holder();
    Ended busy = dibs.dibs("run", "-n", "--slots", "2", "--", "true").end();
    assertThat(busy.status()).isEqualTo(75);
    assertThat(busy.err()).contains("2 slots");
    holder.closeInput();
    holder.end().well();
    dibs.dibs("run", "-n", "--slots", "2", "--", "true").end().well();
  }

  @Test
  void aRangeIsWhatIsFree() {
    Running holder = dibs.holder();
    assertThat(withSlots("1..2", List.of("echo", "{slots}")).end().well().out()).isEqualTo("1\n");
    holder.closeInput();
    holder.end().well();
    dibs.awaitFreePool();
    assertThat(withSlots("1..2", List.of("echo", "{slots}")).end().well().out()).isEqualTo("2\n");
  }

  @Test
  void suitesWithAWorkerForEachCpuStayInThePool() {
    String suite = "for i in $(seq $(nproc)); do counted & done; wait";
    List<Running> suites =
        IntStream.range(0, 8)
            .mapToObj(i -> withSlots("1..2", List.of("sh", "-c", suite)))
            .map(suiteOfMany -> suiteOfMany.meeting(2).with("COUNTED_WAIT_MS", "30").start())
            .toList();
    suites.forEach(running -> running.end().well());
    assertThat(dibs.count().peak()).isEqualTo(2);
  }

  /** All but a script that starts two at once: they have the same CPUs, and the number each. */
  static Stream<Build> builds() {
    return Build.all().filter(build -> !build.equals(Build.SCRIPT));
  }

  @ParameterizedTest
  @MethodSource("builds")
  void aBuildBelowHasItsSlotsAndNoMore(Build build) {
    build.prepare(dibs, "b").withDibs("--slots", "1").end().well();
    assertThat(dibs.count().peak()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("builds")
  void aBuildBelowUsesAllOfThem(Build build) {
    build
        .prepare(dibs, "b")
        .withDibs("--slots", "2")
        .meeting(2)
        .with("COUNTED_WAIT_MS", "50")
        .end()
        .well();
    assertThat(dibs.count().peak()).isEqualTo(2);
  }

  @Test
  void aMakeThatAScriptBelowCallsHasThemToo() {
    Build.MAKE_MAKE_J9.prepare(dibs, "b");
    Ended run =
        withSlots("2", List.of("sh", "-c", "cd b; make -j8"))
            .meeting(2)
            .with("COUNTED_WAIT_MS", "50")
            .end()
            .well();
    assertThat(dibs.count().peak()).isEqualTo(2);
    assertThat(run.err()).doesNotContain("warning");
  }

  @Test
  void runsWithSlotsBelowMakeNeitherHangNorExceedThePool() {
    Texts.write(
        dibs.folder().resolve("Makefile"),
        Build.makefile("o", Build.JOBS)
            .replace("counted", "dibs run -q --slots 1..2 -- sh -c 'counted & counted; wait' ; :"));
    dibs.dibs("run", "--", "make", "-j").end().well();
    assertThat(dibs.count().ended()).isEqualTo(2 * Build.JOBS);
  }

  @Test
  void aRunOfAllSlotsBelowMakeGetsThem() {
    Texts.write(
        dibs.folder().resolve("Makefile"),
        Build.makefile("o", Build.JOBS).replace("counted", "dibs run --slots 2 -- counted"));
    dibs.dibs("run", "--", "make", "-j").end().well();
    assertThat(dibs.count()).returns(1L, Count::peak).returns((long) Build.JOBS, Count::ended);
  }

  @Test
  void whatARunStartsNeverWaitsForIt() {
    assertThat(
            withSlots(
                    "2",
                    List.of(
                        "sh",
                        "-c",
                        "dibs run -- sh -c 'dibs job -- dibs run -q --slots 2 -- echo {slots}'"))
                .end()
                .well()
                .out())
        .isEqualTo("2\n");
  }

  @Test
  void itEndsWellWithoutItsDaemon() {
    Build.MAKE.prepare(dibs, "b");
    Running run =
        withSlots("2", List.of("sh", "-c", "echo ready; read go; make -j8 -C b && nproc"))
            .meeting(2)
            .piped()
            .start()
            .says("ready");
    Processes.signal("KILL", dibs.daemon().orElseThrow());
    run.closeInput();
    run.end().well();
    assertThat(dibs.count()).returns((long) Build.JOBS, Count::ended).returns(2L, Count::peak);
  }

  @Test
  void aRunInTheBackgroundStandsBehindAllOthers() {
    Tool.TASKSET.require(); // chrt and ionice come with it
    Ended run =
        dibs.dibs(
                "run",
                "--background",
                "--",
                "sh",
                "-c",
                "chrt -p $$; ionice -p $$; cat /proc/self/oom_score_adj")
            .end()
            .well();
    assertThat(run.out()).contains("SCHED_IDLE").contains("idle").contains("\n500\n");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void autoIsHalfOfThePoolForACommandThatNobodyKnows() {
    dibs.fresh();
    assertThat(auto("printenv", "DIBS_SLOTS")).isEqualTo("1\n");
  }

  @Test
  void autoIsWhatWasLearned() {
    dibs.fresh();
    learned("dibs learned sizes 1\n1.950 2 %s printenv DIBS_SLOTS\n");
    assertThat(auto("printenv", "DIBS_SLOTS")).isEqualTo("2\n");
    assertThat(auto("printenv", "--", "DIBS_SLOTS")).isEqualTo("2\n");
    assertThat(auto("sh", "-c", "echo $DIBS_SLOTS")).as("another command").isEqualTo("1\n");
  }

  @Test
  void aFileThatIsNoUseIsNoTrouble() {
    dibs.fresh();
    learned("dibs learned sizes 99\nwhat do I know of %s\n");
    assertThat(auto("printenv", "DIBS_SLOTS")).isEqualTo("1\n");
    assertThat(Texts.read(dibs.directory().resolve("daemon.log.0"))).contains("learned anew");
  }

  @Test
  void whatACommandUsedIsLearned() {
    dibs.fresh();
    Tool.PYTHON.require();
    Texts.write(
        dibs.folder().resolve("busy.py"), "import time\nwhile time.process_time() < 1.2: pass\n");
    auto("python3", "busy.py");
    Until.holds("what was learned", () -> Files.exists(learnedFile()));
    String line = Texts.read(learnedFile()).lines().toList().get(1);
    assertThat(line).endsWith(" 1 " + dibs.folder() + " python3 busy.py");
    assertThat(Double.parseDouble(line.substring(0, line.indexOf(' ')))).isBetween(0.1, 1.2);
  }

  @Test
  void whatWasKilledTeachesNothing() {
    dibs.fresh();
    // Its parent becomes cat, which waits for nobody: so it can be seen how it ended.
    String script = "dibs run -q --slots auto -- sleep 1000 & echo $! .; exec cat";
    Running parent = dibs.plain("sh", "-c", script).piped().start().says(".");
    long run = Long.parseLong(Texts.read(parent.out()).split(" ", -1)[0]);
    Until.holds(
        "a run of more than a second",
        () -> dibs.dibs("status").end().out().matches("(?s).*  [1-9] s .*"));
    Processes.signal("KILL", run);
    dibs.dibs("run", "--slots", "2", "--", "true").end().well();
    assertThat(learnedFile()).doesNotExist();
  }

  private Command withSlots(String slots, List<String> command) {
    return dibs.dibs(
        Stream.concat(Stream.of("run", "-q", "--slots", slots, "--"), command.stream())
            .toArray(String[]::new));
  }

  /** Of all slots. */
  private String auto(String... command) {
    dibs.startedDaemon();
    dibs.awaitFreePool();
    return withSlots("auto", List.of(command)).end().well().out();
  }

  private Path learnedFile() {
    return dibs.directory().resolve("learned");
  }

  /** It is read when somebody asks for auto. */
  private void learned(String text) {
    dibs.startedDaemon();
    Texts.write(learnedFile(), text.formatted(dibs.folder()));
  }

  private static void requireTwoCpus() {
    assumeTrue(Runtime.getRuntime().availableProcessors() >= 2, "missing: a second CPU");
  }

  private static String cpus(Running run) {
    return cpusOf(run.pid());
  }

  private static String cpusOf(long pid) {
    return Texts.read(Path.of("/proc/" + pid + "/status"))
        .lines()
        .filter(line -> line.startsWith("Cpus_allowed_list:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElseThrow();
  }
}
