package dev.dibs.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompilerCallTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gcc -c src/x.c -o obj/x.o                             | gcc/compile/obj/x.o
          gcc -O2 -Iinclude -c src/x.c                          | gcc/compile/x.o
          gcc -oobj/x.o -c src/x.c                              | gcc/compile/obj/x.o
          gcc -c a.c b.c                                        | gcc/compile/a.o
          gcc -c -MMD x.c                                       | gcc/compile/x.o
          cc1 -quiet -MMD x.d x.c -auxbase x -o /tmp/cc12.s     | cc1/compile/x.c
          gcc -S x.c                                            | gcc/compile/x.o
          gcc x.c                                               | gcc/link/a.out
          c++ -o app a.o b.o -lm                                | c++/link/app
          g++ @app.rsp -o app                                   | g++/link/app
          /usr/bin/x86_64-linux-gnu-g++-12 -c x.cc -o x.o       | g++/compile/x.o
          clang++-17 -MD -MF x.d -c x.cc -o x.o                 | clang++/compile/x.o
          clang -cc1 -emit-obj -o x.o -x c++ x.cc               | clang/compile/x.o
          ccache g++ -c x.cc -o x.o                             | g++/compile/x.o
          g++ -c x.cc -o /tmp/tmpab12/testfile.o                | g++/compile/testfile.o
          cc -c t.c -o CMakeFiles/cmTC_0a1b2.dir/t.c.o          | cc/compile/CMakeFiles/cmTC.dir/t.c.o
          cc1plus -quiet x.cc -dumpdir obj/ -dumpbase x.cc -o /tmp/cc12.s | cc1plus/compile/obj/x.cc
          cc1 -quiet x.c -auxbase-strip obj/x.o -o /tmp/cc12.s  | cc1/compile/obj/x.o
          ld -plugin p.so -m elf_x86_64 -o app crt1.o x.o       | ld/link/app
          /usr/lib/llvm-17/bin/ld.lld -o app x.o                | ld.lld/link/app
          wasm-ld -o app.wasm x.o                               | wasm-ld/link/app.wasm
          rustc --crate-name app --crate-type bin --emit=dep-info,link -C opt-level=3 main.rs | rustc/link/app
          rustc --crate-name serde --crate-type lib --emit=dep-info,metadata,link lib.rs | rustc/compile/serde
          rustc --crate-name serde --crate-type lib --emit=dep-info,metadata lib.rs | rustc/check/serde
          rustc --test --crate-name serde --crate-type lib lib.rs | rustc/link/serde
          rustc src/main.rs                                     | rustc/link/main
          javac -d out -cp lib.jar A.java B.java                | javac/compile/out
          /go/tool/compile -o $W/_pkg_.a -p net/http -importcfg c x.go | go-compile/compile/net/http
          /go/tool/link -o /tmp/go-build1/b001/exe/app -importcfg c x.a | go-link/link/app
          """)
  void aCompilersCallNamesItsJob(String call, String key) {
    assertThat(of(call)).map(JobKey::toString).hasValue(key);
  }

  /** As the launcher reads it, which decides whether a shim asks. */
  @ParameterizedTest
  @MethodSource
  void theLaunchersTableHolds(String row) {
    String[] callAndKey = row.split(" => ", 2);
    assertThat(of(callAndKey[0]).map(JobKey::toString).orElse("-")).isEqualTo(callAndKey[1]);
  }

  static List<String> theLaunchersTableHolds() throws IOException {
    return Files.readAllLines(Path.of("../launcher/test/compilers.table")).stream()
        .filter(row -> !row.startsWith("#"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gcc",
        "gcc --version",
        "gcc -v",
        "gcc -dumpmachine",
        "gcc -print-prog-name=ld",
        "gcc -E x.c",
        "gcc -x c -E -dM /dev/null",
        "gcc -o",
        "ccache",
        "ccache -s",
        "ld --version",
        "rustc -vV",
        "rustc - --crate-name ___ --print=file-names",
        "javac -version",
        "link a b",
        "compile everything",
        "make -j",
        "python3 cc.py",
        "",
      })
  void whatMakesNothingIsNoJob(String call) {
    assertThat(of(call)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gcc", "cc1plus", "g++-12", "ld.lld", "ccache", "x86_64-linux-gn"})
  void aProcessOfThisNameMayBeACompiler(String name) {
    assertThat(CompilerCall.mayBe(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"make", "sh", "python3", "cargo", "as", ""})
  void aProcessOfThatNameIsNone(String name) {
    assertThat(CompilerCall.mayBe(name)).isFalse();
  }

  @Test
  void noWordsAreNoJob() {
    assertThat(CompilerCall.of(List.of())).isEmpty();
  }

  @Test
  void aTargetOfAMegabyteIsAKeyOfTheUsualSize() {
    String name = "x".repeat(1 << 20);
    JobKey key = CompilerCall.of(List.of("cc", "-c", "x.c", "-o", name)).orElseThrow();
    assertThat(key.target()).hasSize(JobKey.TARGET_MAX).endsWith("xxx");
  }

  @Test
  void aProgramWithANameOfAMegabyteIsNone() {
    assertThat(CompilerCall.of(List.of("a-".repeat(1 << 19) + "gcc", "x.c"))).isEmpty();
  }

  private static Optional<JobKey> of(String call) {
    return CompilerCall.of(Arrays.asList(call.split(" +", -1)));
  }
}
