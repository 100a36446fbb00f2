package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Small builds by real compilers and linkers, below what {@code dibs env --compilers} prints.
 * Before each stands a line of sh that notes whether it was called as a job.
 */
class RealCompilersTest {
  private static final Duration BUILD = Duration.ofMinutes(2);

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  @Test
  void gxxCompilesAndLinks() {
    note(Tool.GXX);
    write("a.cc", "#include <string>\nint main() { return std::string(\"ok\").size() - 2; }\n");
    build("g++ -c a.cc && g++ a.o -o app && ./app && g++ --version");
    assertThat(called()).containsExactly("g++ job", "g++ job", "g++ alone");
  }

  @Test
  void clangCompilesAndLinks() {
    note(Tool.CLANG);
    write("a.c", "int main(void) { return 0; }\n");
    build("clang -c a.c && clang a.o -o app && ./app && clang -print-resource-dir");
    assertThat(called()).containsExactly("clang job", "clang job", "clang alone");
  }

  @Test
  void lldLinks() {
    note(Tool.LLD);
    write("a.c", "void _start(void) { for (;;); }\n");
    build("gcc -c -ffreestanding a.c && ld.lld -o app a.o && ld.lld --version && [ -x app ]");
    assertThat(called()).containsExactly("ld.lld job", "ld.lld alone");
  }

  @Test
  void moldLinks() {
    note(Tool.MOLD);
    write("a.c", "void _start(void) { for (;;); }\n");
    build("gcc -c -ffreestanding a.c && mold -o app a.o && mold --version && [ -x app ]");
    assertThat(called()).containsExactly("mold job", "mold alone");
  }

  @Test
  void cargoCallsRustcWhichCallsItsLinker() {
    Tool.CARGO.require();
    Path rustc = Tool.CARGO.require().resolveSibling("rustc");
    note("rustc", rustc);
    note(Tool.GCC, "cc");
    Build.crate(dibs.folder(), "small");
    write("src/main.rs", "fn main() { println!(\"built\"); }\n");
    build("cargo build --offline -q && ./target/debug/small");
    assertThat(called()).contains("rustc alone"); // it asks for the version and the sysroot
    assertThat(called()).filteredOn("rustc job"::equals).hasSize(2);
    assertThat(called()).filteredOn(line -> line.startsWith("cc ")).containsOnly("cc job");
  }

  @Test
  void javacCompilesBelowMake() {
    Tool.MAKE.require();
    note(Tool.JAVAC);
    write("A.java", "class A { public static void main(String[] a) { } }\n");
    write("Makefile", "all:\n\t@mkdir -p classes\n\t@javac -d classes A.java\n");
    build("make -s && javac -version && [ -f classes/A.class ]");
    assertThat(called()).containsExactly("javac job", "javac alone");
  }

  @Test
  void ccacheBeforeTheShimFindsIt() {
    Tool.CCACHE.require();
    note(Tool.GCC, "cc");
    write("a.c", "int a;\n");
    build("for i in 1 2; do ccache cc -c a.c -o a.o; done; ccache -s");
    assertThat(called()).contains("cc job");
    assertThat(hits()).isEqualTo(1);
  }

  /** The shim's job is ccache, and the compiler below it is the real one. */
  @Test
  void ccacheBehindTheShimFindsTheCompiler() {
    Path ccache = Tool.CCACHE.require();
    note(Tool.GCC, "cc");
    Path links = Texts.folder(dibs.folder().resolve("links"));
    Texts.link(links.resolve("cc"), ccache);
    write("a.c", "int a;\n");
    build("for i in 1 2; do cc -c a.c -o a.o; done", links);
    assertThat(called()).contains("cc job").doesNotContain("cc alone");
    assertThat(hits()).isEqualTo(1);
  }

  private int hits() {
    Ended counted =
        dibs.plain("ccache", "--print-stats").with("CCACHE_DIR", cache().toString()).end().well();
    return counted
        .out()
        .lines()
        .filter(line -> line.matches("(direct|preprocessed)_cache_hit\\s.*"))
        .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D+", "")))
        .sum();
  }

  private Path cache() {
    return dibs.folder().resolve("cache");
  }

  private void note(Tool tool) {
    note(tool.require().getFileName().toString(), tool.require());
  }

  private void note(Tool tool, String name) {
    note(name, tool.require());
  }

  private void note(String name, Path real) {
    Path folder = Texts.folder(dibs.folder().resolve("noted"));
    String script =
        """
        #!/bin/sh
        if [ -n "$DIBS_JOB" ]; then echo %s job; else echo %1$s alone; fi >>%s
        exec %s "$@"
        """;
    Texts.script(folder.resolve(name), script.formatted(name, calls(), real));
  }

  private Path calls() {
    return dibs.folder().resolve("calls");
  }

  private List<String> called() {
    return Files.exists(calls()) ? Texts.read(calls()).lines().toList() : List.of();
  }

  private void write(String file, String text) {
    Texts.write(dibs.folder().resolve(file), text);
  }

  private void build(String script, Path... before) {
    dibs.startedDaemon();
    Command shell =
        dibs.plain("sh", "-ec", "eval \"$(dibs env --compilers --shell sh)\"\n" + script)
            .onPath(dibs.folder().resolve("noted"))
            .with("CCACHE_DIR", cache().toString())
            .with("CCACHE_COMPILERCHECK", "%compiler% -v");
    for (Path folder : before) {
      shell.onPath(folder);
    }
    shell.start().endWithin(BUILD).well();
  }
}
