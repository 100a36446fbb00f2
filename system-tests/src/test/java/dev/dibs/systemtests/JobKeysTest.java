package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real compiler or linker makes is known by one name, whether or not its call is a job. */
class JobKeysTest {
  private static final Duration BUILD = Duration.ofMinutes(2);

  private static final List<Tool> TOOLS =
      List.of(Tool.GCC, Tool.CLANG, Tool.LLD, Tool.MOLD, Tool.CARGO, Tool.JAVAC);

  private static final String DROWSY = ":gcc:clang:ld:ld.lld:mold:rustc:javac:";

  /** All at once, for each sleeps; with so many slots and that memory somebody looks often. */
  private static final String UNITS =
      """
      gcc -O1 -c a.c -o obj/gcc.o &
      gcc -c a.c b.c &
      clang -c a.c -oobj/clang.o &
      clang -fsyntax-only b.c &
      ld -r -o ld.out a.o &
      ld.lld -r -o lld.out a.o &
      mold -r -o mold.out a.o &
      rustc --crate-type=lib -C opt-level=0 --emit dep-info,metadata,link a.rs &
      rustc --crate-name checked --crate-type lib --emit=metadata a.rs &
      rustc --edition 2021 main.rs -o program &
      javac --release 17 -d classes A.java &
      gcc -E a.c >preprocessed &
      ld --version >version &
      wait
      """;

  private static final Set<String> KEYS =
      Set.of(
          "gcc/compile/obj/gcc.o",
          "gcc/compile/a.o",
          "clang/compile/obj/clang.o",
          "clang/check/b.o",
          "ld/link/ld.out",
          "ld.lld/link/lld.out",
          "mold/link/mold.out",
          "rustc/compile/a",
          "rustc/check/checked",
          "rustc/link/program",
          "javac/compile/classes");

  @RegisterExtension final Dibs dibs = Dibs.withPool(64);

  @ParameterizedTest(name = "compilers are jobs: {0}")
  @ValueSource(strings = {"1", "0"})
  void aUnitIsKnownByOneName(String shims) {
    TOOLS.forEach(Tool::require);
    writeSources();
    dibs.plain("gcc", "-c", "a.c").end().well();
    Command build =
        dibs.runScript(UNITS)
            .with("DIBS_COMPILERS", shims)
            .with("DIBS_MEMORY", "16G")
            .with("LD_PRELOAD", drowsy().toString())
            .with("DROWSY", DROWSY);
    Until.holds(
        () -> "all units, not only " + keys(),
        () -> {
          build.start().endWithin(BUILD).well(); // again if the machine was too busy to look
          return keys().containsAll(KEYS);
        },
        BUILD);
    assertThat(keys()).isEqualTo(KEYS);
  }

  private void writeSources() {
    Path folder = dibs.folder();
    Stream.of("obj", "classes").forEach(name -> Texts.folder(folder.resolve(name)));
    Texts.write(folder.resolve("a.c"), "int a(void) { return 1; }\n");
    Texts.write(folder.resolve("b.c"), "int b;\n");
    Texts.write(folder.resolve("a.rs"), "pub fn a() {}\n");
    Texts.write(folder.resolve("main.rs"), "fn main() {}\n");
    Texts.write(folder.resolve("A.java"), "class A {}\n");
  }

  /** Compiled for this world; what it is told to do stands in its source. */
  private Path drowsy() {
    Path library = dibs.folder().resolve("drowsy.so");
    String source = Programs.ROOT.resolve("system-tests/src/test/c/drowsy.c").toString();
    dibs.plain("gcc", "-shared", "-fPIC", "-o", library.toString(), source).end().well();
    return library;
  }

  /** Those of jobs; runs are known by their folders. */
  private Set<String> keys() {
    Map<String, String> json = Json.scalars(dibs.dibs("history", "--json").end().well().out());
    Set<String> keys = new TreeSet<>();
    IntStream.iterate(0, i -> json.containsKey("/jobs/" + i + "/tool"), i -> i + 1)
        .mapToObj(i -> "/jobs/" + i)
        .filter(job -> !Set.of("slot", "rest").contains(json.get(job + "/kind")))
        .map(
            job ->
                String.join(
                    "/",
                    json.get(job + "/tool"),
                    json.get(job + "/kind"),
                    json.get(job + "/target")))
        .forEach(keys::add);
    return keys;
  }
}
