package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dibs status}: who runs, who waits, for people and for programs. */
class StatusTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  @Test
  void itNamesWhoRuns() {
    Running run = dibs.holder("--name", "nightly");
    assertThat(status())
        .contains("nightly")
        .contains(Long.toString(run.pid()))
        .contains(dibs.folder().toString())
        .contains("cat");
  }

  @Test
  void itNamesWhoWaits() {
    dibs.holder();
    dibs.holder();
    Running waiter = dibs.dibs("run", "--name", "patient", "--", "true").start();
    Until.holds("the waiter", () -> status().contains("patient"));
    assertThat(status()).contains(Long.toString(waiter.pid())).contains("waiting");
  }

  @Test
  void itNamesJobs() {
    dibs.dibs(
            "job",
            "--kind",
            "link",
            "--target",
            "libbig.so",
            "--",
            "sh",
            "-c",
            "echo held; exec cat")
        .piped()
        .start()
        .says("held");
    assertThat(status()).contains("link").contains("libbig.so");
  }

  @Test
  void itSaysHowLargeThePoolIsAndWhy() {
    dibs.startedDaemon();
    assertThat(status()).contains("2").contains("DIBS_POOL_SIZE");
  }

  @Test
  void programsLearnWhoRuns() {
    Running run = dibs.holder("--name", "nightly \"quoted\" \\ é", "--weight", "50", "-j", "2");
    Map<String, String> status = json();
    assertThat(status)
        .containsEntry("/version", "1")
        .containsEntry("/pools/0/name", "cpu")
        .containsEntry("/pools/0/size", "2")
        .containsEntry("/pools/0/waiting", "0")
        .containsEntry("/claims/0/type", "run")
        .containsEntry("/claims/0/state", "running")
        .containsEntry("/claims/0/name", "nightly \"quoted\" \\ é")
        .containsEntry("/claims/0/pid", Long.toString(run.pid()))
        .containsEntry("/claims/0/directory", dibs.folder().toString())
        .containsEntry("/claims/0/weight", "50")
        .containsEntry("/claims/0/cap", "2")
        .containsEntry("/claims/0/slots", "1");
    assertThat(status.get("/daemon/pid")).isEqualTo(Long.toString(dibs.daemon().orElseThrow()));
  }

  @Test
  void programsLearnWhoWaits() {
    dibs.holder("--name", "one");
    dibs.holder("--name", "two");
    dibs.dibs("run", "--name", "patient", "--", "true").start();
    Until.holds("a waiter", () -> json().containsValue("waiting"));
    assertThat(json()).containsEntry("/pools/0/waiting", "1").containsValue("patient");
  }

  @Test
  void programsLearnThatNothingRuns() {
    dibs.startedDaemon();
    Until.holds(
        "no claims", () -> json().keySet().stream().noneMatch(p -> p.startsWith("/claims/")));
    assertThat(json()).containsEntry("/pools/0/used", "0");
  }

  @Test
  void withoutDaemonTheStatusIsEmpty() {
    dibs.fresh();
    assertThat(json()).containsEntry("/version", "1").doesNotContainKey("/daemon/pid");
    assertThat(dibs.daemon()).isEmpty();
  }

  @Test
  void aWatchedStatusOutlivesDaemons() {
    dibs.fresh();
    Running watch = dibs.dibs("status", "--json", "--watch=0.1").start();
    watch.says("\"daemon\":null");
    Processes.signal("KILL", dibs.startedDaemon());
    long second = dibs.startedDaemon();
    watch.says("\"pid\":" + second);
    dibs.dibs("stop", "--force").end().well();
    long before = watch.said().lines().count();
    Until.holds("another line", () -> watch.said().lines().count() > before + 1);
    watch.kill();
    List<String> lines = watch.said().lines().toList();
    assertThat(Json.scalars(lines.getLast())).containsEntry("/version", "1").hasSize(2);
    assertThat(lines).allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"));
  }

  @Test
  void aWatchedStatusForPeopleComesAgainBehindAnEmptyLine() {
    dibs.startedDaemon();
    Running watch = dibs.dibs("status", "--watch", "0.1").start();
    watch.says("Nothing runs.\n\nPool cpu: 0 of 2");
    watch.kill();
  }

  @Test
  void aRunThatEndedIsGone() {
    Running run = dibs.holder("--name", "nightly");
    run.closeInput();
    run.end().well();
    Until.holds("an empty status", () -> !status().contains("nightly"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001b[31mred",
        "bell\u0007",
        "line\nbreak",
        "\u009b31m",
        "back\b\b",
        "right\u202eleft"
      })
  void foreignTextIsEscaped(String text) {
    Path folder = Texts.folder(dibs.folder().resolve(text));
    dibs.dibs("run", "--", "sh", "-c", "echo held; exec cat", text)
        .in(folder)
        .piped()
        .start()
        .says("held");
    Ended status = dibs.dibs("status").end().well();
    assertThat(utf8(status.out()).chars().filter(c -> c != '\n').mapToObj(Character::getType))
        .doesNotContain((int) Character.CONTROL, (int) Character.FORMAT);
    assertThat(json()).containsEntry("/claims/0/directory", folder.toString());
  }

  @Test
  void whatHasAJobserverOfItsOwnIsNamed() {
    Build.MAKE.prepare(dibs, "b");
    Path make = Tool.MAKE.require();
    Texts.write(dibs.folder().resolve("build.sh"), "PATH=$PATH " + make + " -j9 -C b\n");
    dibs.dibs("run", "--", "/bin/sh", "build.sh").with("COUNTED_WAIT_MS", "30000").start();
    Until.holds("the make in question", () -> status().contains("-j9"));
  }

  @Test
  void howARunIsConnectedIsShown() {
    dibs.holder();
    assertThat(json().get("/claims/0/connection")).isIn("descriptors", "fifo");
  }

  private String status() {
    return dibs.dibs("status").end().well().out();
  }

  private Map<String, String> json() {
    return Json.scalars(utf8(dibs.dibs("status", "--json").end().well().out()));
  }

  private static String utf8(String latin1) {
    return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
