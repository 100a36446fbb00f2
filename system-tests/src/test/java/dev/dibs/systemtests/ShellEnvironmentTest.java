package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code dibs env} in real shells: what is typed there, or called by a script, is a run. */
class ShellEnvironmentTest {
  private static final String EVALUATE = "eval \"$(dibs env)\"\n";

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  /** A shell, and the file that it reads before it does what it is told. */
  private enum Shell {
    BASH_LOGIN(Tool.BASH, ".bash_profile", "-lc"),
    BASH_INTERACTIVE(Tool.BASH, ".bashrc", "-ic"),
    BASH_OF_A_SCRIPT(Tool.BASH, "bash_env", "-c"),
    SH_LOGIN(Tool.DASH, ".profile", "-lc"),
    ZSH_INTERACTIVE(Tool.ZSH, ".zshrc", "-ic"),
    ZSH(Tool.ZSH, ".zshenv", "-c"),
    FISH(Tool.FISH, ".config/fish/config.fish", "-c");

    private final Tool tool;
    private final String profile;
    private final String option;

    Shell(Tool tool, String profile, String option) {
      this.tool = tool;
      this.profile = profile;
      this.option = option;
    }

    /** Writes its profile. A login shell forgets the PATH that it is started with. */
    void prepare(Path home) {
      String evaluate =
          this == FISH
              ? "set -gx PATH (string split : $WORLD_PATH)\ndibs env --shell fish | source\n"
              : "export PATH=\"$WORLD_PATH\"\n" + EVALUATE;
      Texts.write(home.resolve(profile), evaluate);
    }

    List<String> typing(List<String> words) {
      return List.of(tool.require().toString(), option, String.join(" ", words));
    }
  }

  static Stream<Build> builds() {
    return Build.all();
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void threeBuildsTypedAtOnceStayInThePool(Shell shell) {
    shell.tool.require();
    shell.prepare(dibs.folder());
    List<Command> typed =
        Stream.of(Build.MAKE_J99, Build.CMAKE_NINJA, Build.CARGO)
            .map(build -> build.prepare(dibs, build.command().getFirst()).in(shell::typing))
            .map(build -> atHome(build).meeting(2))
            .toList();
    List<Running> builds = typed.stream().map(Command::start).toList();
    builds.forEach(build -> assertThat(build.end().well().err()).doesNotContain("dibs: "));
    assertThat(dibs.count().peak()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("builds")
  void aBuildOfEachKindStaysInThePool(Build build) {
    Ended ended = build.prepare(dibs, "b").in(ShellEnvironmentTest::typed).meeting(2).end().well();
    assertThat(ended.err()).doesNotContain("dibs: ");
    assertThat(dibs.count())
        .returns(2L, Count::peak)
        .satisfies(c -> assertThat(c.ended()).isGreaterThanOrEqualTo(Build.JOBS));
  }

  /** The canary: the same shell, the same words. */
  @ParameterizedTest
  @MethodSource("builds")
  void withDibsOffTheSameBuildDoesNot(Build build) {
    dibs.fresh();
    build
        .prepare(dibs, "b")
        .in(ShellEnvironmentTest::typed)
        .with("DIBS", "off")
        .meeting(3)
        .end()
        .well();
    assertThat(dibs.count().peak()).isGreaterThan(2);
    assertThat(dibs.daemon()).isEmpty();
  }

  @Test
  void anAbsolutePathGoesRoundIt() {
    dibs.fresh();
    Build.MAKE.prepare(dibs, "b");
    typing(Tool.MAKE.require() + " -j -C b").meeting(3).end().well();
    assertThat(dibs.count().peak()).isGreaterThan(2);
    assertThat(dibs.daemon()).isEmpty();
  }

  @Test
  void whatBuildsNothingStartsNoDaemon() {
    dibs.fresh();
    typing("make --version && cmake --version && ninja --version && cargo --version").end().well();
    assertThat(dibs.daemon()).isEmpty();
  }

  @Test
  void theShellItselfHoldsNothing() {
    dibs.startedDaemon();
    Running shell = typing("echo evaluated; cat").piped().start().says("evaluated");
    assertThat(dibs.dibs("status").end().well().out()).contains("Nothing runs");
    shell.closeInput();
    shell.end().well();
  }

  @Test
  void makeCallsItselfAsItWould() {
    Texts.write(
        dibs.folder().resolve("Makefile"),
        "all: ; @echo $(MAKE) $(MAKELEVEL); $(MAKE) --no-print-directory fail\nfail: ; @false\n");
    Ended plain = dibs.plain("make").end().with(2);
    assertThat(typing("make").end()).isEqualTo(plain);
    assertThat(typing("DIBS=off make").end()).isEqualTo(plain);
    assertThat(typing("make --help").end()).isEqualTo(dibs.plain("make", "--help").end());
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void aShellWhoseShimsAreRemovedFindsTheTools(Shell shell) {
    dibs.fresh();
    shell.tool.require();
    shell.prepare(dibs.folder());
    List<String> words = List.of("make --version && rm -r $DIBS_DIR/shims && make --version");
    Ended ended = atHome(dibs.command(shell.typing(words))).end().well();
    assertThat(ended.out().lines().filter(line -> line.startsWith("GNU Make"))).hasSize(2);
  }

  @Test
  void aRunThatIsOverIsNoRunAnyMore() {
    dibs.runScript("echo \"$DIBS_RUN\" >run; env | grep ^DIBS >old").end().well();
    Texts.write(dibs.folder().resolve("Makefile"), "all: ; @echo $$DIBS_RUN\n");
    String old = Texts.read(dibs.folder().resolve("run"));
    Ended ended = typing("set -a; . ./old; set +a; make -j4").end().well();
    assertThat(ended.out()).isNotBlank().isNotEqualTo(old);
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void insideARunTheSameShellBelongsToIt() {
    Texts.write(dibs.folder().resolve("Makefile"), "all: ; @echo $$DIBS_RUN\n");
    Ended ended =
        dibs.runScript("echo $DIBS_RUN; " + EVALUATE + "make -j4 && (" + EVALUATE + "make)").end();
    List<String> runs = ended.well().out().lines().toList();
    assertThat(runs).hasSize(3).allMatch(run -> run.startsWith(runs.getFirst()));
  }

  @Test
  void aToolWithoutAJobserverIsARunAndSoIsWhatItCalls() {
    Stream.of("a", "b", "c", "d").forEach(folder -> Build.MAKE.prepare(dibs, folder));
    Path suite = dibs.folder().resolve("bin/suite");
    Texts.script(suite, "#!/bin/sh\nmake -j9 -C $1 && make -j9 -C $2\n");
    List<Running> suites =
        Stream.of("suite a b", "suite c d")
            .map(words -> "eval \"$(dibs env --with suite)\"; " + words)
            .map(script -> dibs.plain("sh", "-c", script).onPath(suite.resolveSibling("")).start())
            .toList();
    suites.forEach(run -> run.end().well());
    assertThat(dibs.count().peak()).isLessThanOrEqualTo(2);
    assertThat(Files.exists(dibs.folder().resolve("d/o1"))).isTrue();
  }

  @Test
  void suitesWithAWorkerForEachCpuStayInThePool() {
    Path suite = dibs.folder().resolve("bin/suite");
    Texts.script(
        suite,
        """
        #!/bin/sh
        for i in $(seq $(nproc)); do
          (for j in 1 2 3 4 5 6; do counted true; done) &
        done
        wait
        """);
    String script = "eval \"$(dibs env --with suite)\"; suite a & suite b & suite c & wait";
    dibs.plain("sh", "-c", script).onPath(suite.resolveSibling("")).end().well();
    assertThat(dibs.count().started()).isGreaterThanOrEqualTo(18);
    assertThat(dibs.count().peak()).isLessThanOrEqualTo(2);
  }

  /** A plain sh that evaluates and then does as it is told. */
  private Command typing(String script) {
    return dibs.plain("sh", "-c", EVALUATE + script);
  }

  private static List<String> typed(List<String> words) {
    return List.of("sh", "-c", EVALUATE + String.join(" ", words));
  }

  /** Where the profiles are, but with the machine's own Rust. */
  private Command atHome(Command command) {
    Path home = Path.of(System.getProperty("user.home"));
    return command
        .with("HOME", dibs.folder().toString())
        .with("ZDOTDIR", dibs.folder().toString())
        .with("XDG_CONFIG_HOME", dibs.folder().resolve(".config").toString())
        .with("BASH_ENV", dibs.folder().resolve("bash_env").toString())
        .with("WORLD_PATH", Programs.folder() + ":" + System.getenv("PATH"))
        .with("CARGO_HOME", rustFolder("CARGO_HOME", home.resolve(".cargo")))
        .with("RUSTUP_HOME", rustFolder("RUSTUP_HOME", home.resolve(".rustup")));
  }

  private static String rustFolder(String variable, Path usual) {
    String given = System.getenv(variable);
    return given == null ? usual.toString() : given;
  }
}
