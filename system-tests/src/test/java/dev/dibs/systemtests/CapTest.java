package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of {@code -j}: it caps the run, and is said once. */
class CapTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(4).kept();

  @Test
  void jOnTheCommandLineOfMakeCapsTheRun() {
    Build.MAKE.prepare(dibs, "b");
    dibs.dibs("run", "--", "make", "-C", "b", "-j3").meeting(3).end().well();
    assertThat(dibs.count().peak()).isEqualTo(3);
  }

  @Test
  void jMayStandInAnyForm() {
    Build.MAKE.prepare(dibs, "b");
    for (String[] form :
        new String[][] {
          {"-j", "2"}, {"-j2"}, {"--jobs=2"}, {"--jobs", "2"}, {"-kj2"}, {"-Bkj", "2"}
        }) {
      dibs.dibs(words("run -- make -B -C b", form)).meeting(2).end().well();
      assertThat(dibs.count().peak()).as(String.join(" ", form)).isEqualTo(2);
    }
  }

  @Test
  void jOfTheRunCapsIt() {
    Build.MAKE.prepare(dibs, "b");
    dibs.dibs("run", "-j", "2", "--", "make", "-C", "b", "-j99").meeting(2).end().well();
    assertThat(dibs.count().peak()).isEqualTo(2);
  }

  @Test
  void j1IsOneAtATime() {
    Build.MAKE.prepare(dibs, "b");
    dibs.dibs("run", "--", "make", "-C", "b", "-j1").end().well();
    assertThat(dibs.count().peak()).isEqualTo(1);
  }

  @Test
  void itIsSaidOnceThatJWasTaken() {
    Build.MAKE_MAKE_J9.prepare(dibs, "b");
    Ended make = dibs.dibs("run", "--", "make", "-C", "b", "-j3").end().well();
    assertThat(make.err().lines().filter(l -> l.startsWith("dibs: ") && l.contains("-j")))
        .hasSize(1);
  }

  @Test
  void quietSaysNothing() {
    Build.MAKE.prepare(dibs, "b");
    Ended make = dibs.dibs("run", "--quiet", "--", "make", "-C", "b", "-j3").end().well();
    assertThat(make.err()).doesNotContain("dibs");
  }

  @Test
  void makeBelowDibsDoesNotComplainAboutItsJobserver() {
    Build.MAKE_MAKE_J9.prepare(dibs, "b");
    Ended make = dibs.dibs("run", "--quiet", "--", "make", "-C", "b", "-j99").end().well();
    assertThat(make.err()).doesNotContain("jobserver").doesNotContain("warning");
  }

  @Test
  void jOfOtherCommandsStays() {
    assertThat(dibs.dibs("run", "--", "echo", "-j8", "--jobs=3").end().well().out())
        .isEqualTo("-j8 --jobs=3\n");
  }

  @Test
  void aPrivatePoolIsApartFromTheCommonOne() {
    Running everything = dibs.holder();
    Build.MAKE.prepare(dibs, "b");
    dibs.dibs("run", "--private", "-j", "3", "--", "make", "-C", "b", "-j99")
        .meeting(3)
        .end()
        .well();
    assertThat(dibs.count().peak()).isEqualTo(3);
    everything.closeInput();
    everything.end().well();
  }

  private static String[] words(String first, String... more) {
    return (first + " " + String.join(" ", more)).split(" ");
  }
}
