package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who has a slot already needs no second one: with a pool of one, whatever waits for itself hangs.
 */
class CoverageTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(1).kept();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dibs job -- dibs job -- counted",
        "dibs job -- sh -c 'dibs job -- counted; dibs job -- counted'",
        "dibs run -- dibs job -- counted",
        "dibs run -- dibs run -- counted",
        "dibs run -- dibs run -- dibs run -- dibs job -- dibs job -- counted",
        "dibs job -- dibs run -- counted",
        "dibs run -- sh -c 'dibs run -- counted; dibs run -- counted'",
        "dibs run -- sh -c 'dibs run -- counted & dibs run -- counted & wait'",
        "dibs run -- sh -c 'dibs job -- counted & dibs job -- counted & wait'",
        "dibs run -- sh -c 'counted; dibs job -- counted; dibs run -- dibs job -- counted'",
        "dibs run -- timeout 50 dibs job -- counted",
        "dibs run -- sh -c 'cd / && exec dibs job -- counted'",
      })
  void whatHasASlotDoesNotWaitForAnother(String command) {
    dibs.plain("sh", "-c", command).end().well();
    assertThat(dibs.count().peak()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"make -j", "dibs run -- make -j", "dibs run -- dibs run -- make -j9"})
  void compilersThatAreJobsDoNotWaitForTheirOwnMake(String command) {
    Texts.write(
        dibs.folder().resolve("Makefile"),
        Build.makefile("o", 6).replace("counted", "dibs job -- counted"));
    dibs.plain("sh", "-c", "exec " + command).end().well();
    assertThat(dibs.count()).returns(1L, Count::peak).returns(6L, Count::ended);
  }

  @Test
  void aMakeCalledByAMakeDoesNotWaitForIt() {
    Build.MAKE_MAKE_J9.prepare(dibs, "b").withDibs().end().well();
    assertThat(dibs.count().peak()).isEqualTo(1);
  }
}
