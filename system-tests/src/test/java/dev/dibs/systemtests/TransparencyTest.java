package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing about a command changes but the waiting. */
class TransparencyTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 42, 75, 125, 255})
  void itsStatusIsTheCommands(int status) {
    dibs.runScript("exit " + status).end().with(status);
    dibs.dibs("job", "--", "sh", "-c", "exit " + status).end().with(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "KILL", "HUP", "SEGV"})
  void itsSignalIsTheCommands(String signal) {
    String script = "kill -" + signal + " $$; sleep 50";
    Ended plain = dibs.plain("sh", "-c", script).end();
    assertThat(dibs.runScript(script).end().status()).isEqualTo(plain.status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "job"})
  void itsPidIsTheCommands(String verb) {
    Running run = dibs.dibs(verb, "--", "sh", "-c", "echo $$").start();
    assertThat(run.end().well().out()).isEqualTo(run.pid() + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "job"})
  void itsNameIsTheCommands(String verb) {
    assertThat(dibs.dibs(verb, "--", "cat", "/proc/self/comm").end().well().out())
        .isEqualTo("cat\n");
  }

  @Test
  void stdinStdoutAndStderrAreItsOwn() {
    Path input = Texts.write(dibs.folder().resolve("input"), "0123456789abcde\n".repeat(100_000));
    Ended cat = dibs.runScript("cat; echo problem >&2").reading(input).end().well();
    assertThat(cat.out()).isEqualTo(Texts.read(input));
    assertThat(cat.err()).isEqualTo("problem\n");
  }

  @Test
  void argumentsArriveAsTheyAre() {
    String[] words = {
      "run", "--", "printf", "<%s>", "", " ", "a b", "*", "$HOME", "\\", "a\nb\n", "--", "-j8", "é"
    };
    assertThat(dibs.dibs(words).end().well().out())
        .isEqualTo(
            dibs.plain(List.of(words).subList(2, words.length).toArray(String[]::new)).end().out());
  }

  @Test
  void theDashesAreOptional() {
    assertThat(dibs.dibs("run", "echo", "-n", "--", "x").end().well().out()).isEqualTo("-- x");
    assertThat(dibs.dibs("job", "echo", "--slots").end().well().out()).isEqualTo("--slots\n");
  }

  @Test
  void theWorkingDirectoryStays() {
    Path folder = Texts.folder(dibs.folder().resolve("a b/$c/'d'"));
    assertThat(dibs.dibs("run", "--", "pwd", "-P").in(folder).end().well().out())
        .isEqualTo(folder + "\n");
  }

  @Test
  void theLauncherMayBeALinkFromAFolderWithSpaces() {
    Path link = Texts.link(dibs.folder().resolve("my tools/link"), Programs.dibs());
    Path second = Texts.link(dibs.folder().resolve("bin/dibs"), Path.of("../my tools/link"));
    assertThat(dibs.plain(link.toString(), "run", "--", "echo", "ran").end().well().out())
        .isEqualTo("ran\n");
    assertThat(
            dibs.plain("./dibs", "run", "--", "echo", "ran")
                .in(dibs.folder().resolve("bin"))
                .end()
                .well()
                .out())
        .isEqualTo("ran\n");
    assertThat(
            dibs.plain("dibs", "run", "--", "echo", "ran")
                .onPath(second.resolveSibling(""))
                .end()
                .well()
                .out())
        .isEqualTo("ran\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dash", "bash", "busybox sh"})
  void theLauncherIsWrittenForEveryShell(String shell) {
    Tool.valueOf(shell.split(" ", -1)[0].toUpperCase(java.util.Locale.ROOT)).require();
    assertThat(
            dibs.plain(
                    "sh",
                    "-c",
                    "exec " + shell + " \"$0\" run -- sh -c 'echo $$ $0 $1' a b",
                    Programs.dibs().toString())
                .end()
                .well()
                .out())
        .endsWith(" a b\n");
    dibs.plain(
            "sh",
            "-c",
            "exec " + shell + " \"$0\" run -- no-such-command",
            Programs.dibs().toString())
        .end()
        .with(127);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ulimit -n 256; ulimit -c 0; ulimit -s 4096; exec %s sh -c 'ulimit -n; ulimit -Hn; ulimit -c; ulimit -s'",
        "umask 027; exec %s sh -c umask",
        "trap '' INT HUP USR1 PIPE; exec %s grep -E 'Sig(Blk|Ign)' /proc/self/status",
        "exec %s grep -E 'Sig(Blk|Ign)' /proc/self/status",
        "exec nice -n 5 %s nice",
      })
  void whatAProcessInheritsStays(String script) {
    String plain = dibs.plain("sh", "-c", script.formatted("")).end().well().out();
    assertThat(dibs.plain("sh", "-c", script.formatted("dibs run --")).end().well().out())
        .isEqualTo(plain);
    assertThat(dibs.plain("sh", "-c", script.formatted("dibs job --")).end().well().out())
        .isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "job"})
  void descriptorsStay(String verb) {
    String script =
        """
        echo three >three; echo nine >nine
        exec 3<three 4>four 5<>five 9<nine "$@" sh -c 'readlink /proc/$$/fd/3 /proc/$$/fd/4 /proc/$$/fd/5 /proc/$$/fd/9; cat <&3; cat <&9'
        """;
    String plain = dibs.plain("sh", "-c", script, "-").end().well().out();
    assertThat(dibs.plain("sh", "-c", script, "-", "dibs", verb, "--").end().well().out())
        .isEqualTo(plain);
  }

  @Test
  void noDescriptorIsAddedButThoseOfTheRun() {
    String list = "for fd in /proc/$$/fd/*; do echo ${fd##*/} $(readlink $fd); done";
    List<String> plain = dibs.plain("sh", "-c", list).end().well().out().lines().toList();
    List<String> below = dibs.runScript(list).end().well().out().lines().toList();
    assertThat(below.stream().filter(fd -> !fd.contains(" " + dibs.directory() + "/")))
        .hasSameSizeAs(plain);
  }

  @Test
  void closedStandardDescriptorsStayClosed() {
    String script = "exec \"$@\" sh -c 'test -e /proc/$$/fd/0; echo $?' <&-";
    assertThat(dibs.plain("sh", "-c", script, "-", "dibs", "run", "--").end().well().out())
        .isEqualTo(dibs.plain("sh", "-c", script, "-").end().well().out());
  }
}
