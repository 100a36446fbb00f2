package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Builds that say nothing of their compilers: what those need is learned by looking. */
@Waiting("each compiler waits for its source until somebody has looked at it")
class BareBuildsTest {
  private static final Duration BUILD = Duration.ofMinutes(3);

  /** So little that somebody looks four times a second. */
  private static final String BUDGET = "500M";

  /** A compiler reads a FIFO to its end: so each lasts two seconds, on any machine. */
  private static final String MAKEFILE =
      """
      CC = gcc
      all: obj/a.o obj/b.o
      obj/%.o: %.c
      \t@mkdir -p obj; rm -f $*.late; mkfifo $*.late; { sleep 2; echo; } >$*.late &
      \t@until [ -p $*.late ]; do :; done; $(CC) -c $< -o $@
      """;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  @BeforeEach
  void writeProject() {
    Tool.GCC.require();
    Tool.MAKE.require();
    Texts.write(dibs.folder().resolve("Makefile"), MAKEFILE);
    Texts.write(dibs.folder().resolve("a.c"), source("a"));
    Texts.write(dibs.folder().resolve("b.c"), source("b"));
  }

  @Test
  void aBareMakeTeachesTheJobsThatTheShimsWouldBe() {
    build().endWithin(BUILD).well();
    assertThat(learned(2)).containsOnlyKeys("obj/a.o", "obj/b.o");
    Map<String, String> run = json("make/slot");
    assertThat(Integer.parseInt(run.get("/jobs/0/last/0/peak_mib"))).isPositive();
    clean();
    dibs.dibs("run", "--", "make", "-s", "-j")
        .with("DIBS_MEMORY", BUDGET)
        .with("DIBS_COMPILERS", "1")
        .start()
        .endWithin(BUILD)
        .well();
    assertThat(learned(2)).containsOnlyKeys("obj/a.o", "obj/b.o");
    assertThat(json("gcc/compile"))
        .containsEntry("/jobs/0/seen", "2")
        .containsEntry("/jobs/1/seen", "2");
  }

  @Test
  void aCompilerThatIsKilledLowersNothing() {
    build().endWithin(BUILD).well();
    Map<String, Integer> before = learned(2);
    clean();
    Running again = build();
    Until.holds("both compilers", () -> compilers(again).count() == 2);
    compilers(again).forEach(ProcessHandle::destroyForcibly);
    assertThat(again.endWithin(BUILD).status()).isNotZero();
    releaseWriters();
    assertThat(learned(2)).containsExactlyInAnyOrderEntriesOf(before);
  }

  private Running build() {
    return dibs.dibs("run", "--", "make", "-s", "-k", "-j").with("DIBS_MEMORY", BUDGET).start();
  }

  /** Whoever would write to a compiler that was killed before it read waits for a reader. */
  private void releaseWriters() {
    dibs.plain("sh", "-c", "exec 3<>a.late 4<>b.late; sleep 3").end().well();
  }

  private void clean() {
    Texts.removeAll(dibs.folder().resolve("obj"));
  }

  private static Stream<ProcessHandle> compilers(Running build) {
    return build
        .process()
        .descendants()
        .filter(process -> Processes.name(process.pid()).filter("cc1"::equals).isPresent());
  }

  /** What each compilation is expected to need, MiB, once so many are known. */
  private Map<String, Integer> learned(int count) {
    Until.holds("what " + count + " need", () -> jobs(json("gcc/compile")).size() == count);
    return jobs(json("gcc/compile"));
  }

  private static Map<String, Integer> jobs(Map<String, String> json) {
    return IntStream.iterate(0, i -> json.containsKey("/jobs/" + i + "/target"), i -> i + 1)
        .filter(i -> json.containsKey("/jobs/" + i + "/last/0/peak_mib"))
        .boxed()
        .collect(
            Collectors.toMap(
                i -> json.get("/jobs/" + i + "/target"),
                i -> Integer.parseInt(json.get("/jobs/" + i + "/expected_mib"))));
  }

  private Map<String, String> json(String meant) {
    Ended history = dibs.dibs("history", "--json", meant).end();
    return history.status() == 0 ? Json.scalars(history.out()) : Map.of(); // nothing is known yet
  }

  private static String source(String name) {
    return IntStream.range(0, 200)
            .mapToObj(i -> "int %s%d(int x) { return x * %d; }\n".formatted(name, i, i))
            .collect(Collectors.joining())
        + "#include \"%s.late\"\n".formatted(name);
  }
}
