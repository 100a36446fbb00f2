package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The environment stays, but for what dibs adds and documents. */
class EnvironmentTest {
  private static final Map<String, String> STRANGE =
      Map.of(
          "a.b", "1",
          "BASH_FUNC_greet%%", "() { echo hello from a function; }",
          "LINES_IN_IT", "one\n'two'\n",
          "EMPTY", "",
          "QUOTES", "it's \"so\" $HOME `x` \\",
          "with-dash", "it's kept\n");

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  @ParameterizedTest
  @ValueSource(strings = {"run", "job"})
  void strangeVariablesStay(String verb) {
    Map<String, String> plain = environment(dibs.plain("env", "-0").with(STRANGE));
    Map<String, String> kept = environment(dibs.dibs(verb, "--", "env", "-0").with(STRANGE));
    plain.keySet().removeAll(Stream.of("PATH", "_", "PWD", "OLDPWD").toList());
    assertThat(kept).containsAllEntriesOf(plain);
  }

  @Test
  void nothingIsAddedButWhatIsDocumented() {
    Map<String, String> plain = environment(dibs.plain("env", "-0"));
    Map<String, String> added = environment(dibs.dibs("run", "--", "env", "-0"));
    added.keySet().removeAll(plain.keySet());
    assertThat(added.keySet())
        .allMatch(
            n ->
                n.startsWith("DIBS")
                    || n.endsWith("MAKEFLAGS")
                    || n.endsWith("PWD")
                    || n.equals("_"));
  }

  @Test
  void anExportedFunctionOfBashIsKept() {
    Tool.BASH.require();
    String script =
        "greet() { echo hello from a function; }; export -f greet; exec dibs run -- bash -c greet";
    assertThat(dibs.plain("bash", "-c", script).end().well().out())
        .isEqualTo("hello from a function\n");
  }

  @Test
  void otherFlagsOfMakeAreKept() {
    Texts.write(dibs.folder().resolve("Makefile"), "all: ; @echo '$(V)' && false\nb: ; @echo b\n");
    Ended make =
        dibs.dibs("run", "--", "make", "-j2", "all", "b").with("MAKEFLAGS", "k -- V=verbose").end();
    assertThat(make.with(2).out()).contains("verbose").contains("b\n");
  }

  @Test
  void aFolderFirstOnThePathStaysBeforeAllButTheShims() {
    Texts.script(dibs.folder().resolve("bin/make"), "#!/bin/sh\necho my own make\n");
    assertThat(dibs.runScript("make").onPath(dibs.folder().resolve("bin")).end().well().out())
        .isEqualTo("my own make\n");
  }

  @Test
  void theToolsOfTheRunAreThoseOfThePath() {
    Tool.MAKE_44.require();
    Ended version =
        dibs.dibs("run", "--", "make", "--version")
            .onPath(Tool.MAKE_44.require().resolveSibling(""))
            .end()
            .well();
    assertThat(version.out()).startsWith("GNU Make 4.4");
  }

  private static Map<String, String> environment(Command env) {
    Map<String, String> variables = new TreeMap<>();
    Stream.of(env.end().well().out().split("\0"))
        .map(line -> line.split("=", 2))
        .forEach(pair -> variables.put(pair[0], pair[1]));
    return variables;
  }
}
