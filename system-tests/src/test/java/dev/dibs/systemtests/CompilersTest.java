package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Compilers as claims, without a word in the build; and what is run again when it was killed. */
class CompilersTest {
  private static final String TEN_COMPILERS =
      """
      for i in 1 2 3 4 5 6 7 8 9 10; do cc -c $i.c & all="$all $!"; done
      for one in $all; do wait $one || exit; done
      """;

  private static final String MAKEFILE =
      """
      CFLAGS = -O0
      app: a.o b.o
      \t$(CC) -o $@ $^
      """;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  @Test
  void compilersThatAScriptStartsStayInThePool() {
    tenCompilers().with("DIBS_COMPILERS", "1").meeting(2).end().well();
    assertThat(dibs.count()).returns(2L, Count::peak).returns(10L, Count::ended);
  }

  @Test
  void withoutShimsTheyDoNot() {
    tenCompilers().meeting(3).end().well();
    assertThat(dibs.count().peak()).isGreaterThan(2);
  }

  @Test
  void aMakefileThatKnowsNothingBuildsAsEver() {
    Texts.write(dibs.folder().resolve("Makefile"), MAKEFILE);
    Texts.write(dibs.folder().resolve("a.c"), "int b(void); int main(void) { return b(); }\n");
    Texts.write(dibs.folder().resolve("b.c"), "int b(void) { return 0; }\n");
    Ended build =
        dibs.plain("sh", "-c", "eval \"$(dibs env --compilers)\"; make -j && ./app").end().well();
    assertThat(build.err()).isEmpty();
    assertThat(build.out()).contains("-o app a.o b.o");
  }

  /** Which waits for its source. */
  @Test
  void aCompilersJobIsShownByWhatItMakes() {
    Path source = dibs.folder().resolve("x.c");
    dibs.startedDaemon();
    Running build =
        dibs.plain("sh", "-c", "eval \"$(dibs env --compilers)\"; mkfifo x.c; cc -c x.c -o y.o")
            .start();
    Until.holds(
        "a job",
        () -> {
          Map<String, String> status =
              Json.scalars(dibs.dibs("status", "--json").end().well().out());
          return "compile".equals(status.get("/claims/0/kind"))
              && "y.o".equals(status.get("/claims/0/target"));
        });
    dibs.plain("sh", "-c", "echo 'int x;' >" + source).end().well();
    build.end().well();
  }

  @Test
  void aJobThatWasKilledByHandIsDead() {
    Ended killed = dibs.dibs("job", "--retry", "--", "sh", "-c", "echo begun; kill -9 $$").end();
    assertThat(killed.status()).isEqualTo(128 + 9);
    assertThat(killed.out()).isEqualTo("begun\n");
  }

  @Test
  void aBuildThatWasKilledRunsAgainWithHalfOfTheSlots() {
    Texts.write(
        dibs.folder().resolve("Makefile"),
        "all:\n\t@test -e once || { : >once; kill -9 $$PPID; }\n");
    Ended build = dibs.dibs("run", "--retry", "1", "--", "make", "-j").end().well();
    assertThat(build.err()).contains("make was killed by signal 9; running it again with 1 slot");
  }

  /** The compiler says when it works. */
  private Command tenCompilers() {
    Path tools = Texts.folder(dibs.folder().resolve("tools"));
    Texts.script(tools.resolve("cc"), "#!/bin/sh\nexec counted\n");
    return dibs.runScript(TEN_COMPILERS).onPath(tools).with("COUNTED_WAIT_MS", "100");
  }
}
