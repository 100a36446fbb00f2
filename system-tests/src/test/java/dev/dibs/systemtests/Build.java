package dev.dibs.systemtests;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A project and the command that builds it: twelve jobs, each counted, and more of them at once
 * than two unless somebody holds the tool back.
 *
 * @param name for the test report
 * @param needs programs without which it can't be built
 * @param project writes the project into a folder of a world
 * @param command builds it
 */
record Build(String name, List<Tool> needs, BiConsumer<Dibs, Path> project, List<String> command) {

  static final int JOBS = 12;

  private static final String COMPILE = "counted touch $@";

  static final Build MAKE = make("make -j", "make", "-j");
  static final Build MAKE_J99 = make("make -j99", "make", "-j99");
  static final Build MAKE_MAKE_J9 =
      new Build("make that calls $(MAKE) -j9", List.of(Tool.MAKE), Build::nested, List.of("make"));
  static final Build SCRIPT =
      new Build("script that calls make twice", List.of(Tool.MAKE), Build::twice, script());
  static final Build CMAKE_MAKE = cmake("cmake --build, Makefiles", "Unix Makefiles", Tool.MAKE);
  static final Build CMAKE_NINJA = cmake("cmake --build, Ninja", "Ninja", Tool.NINJA);
  static final Build NINJA =
      new Build("ninja -j99", List.of(Tool.NINJA), Build::ninja, List.of("ninja", "-j99"));
  static final Build CARGO =
      new Build(
          "cargo -j8",
          List.of(Tool.CARGO),
          Build::cargo,
          List.of("cargo", "build", "-j8", "--offline"));
  static final Build CTEST =
      new Build("ctest -j8", List.of(Tool.CMAKE), Build::ctest, List.of("ctest", "-j8"));
  static final Build MAKE_44 =
      new Build("make 4.4 -j99", List.of(Tool.MAKE_44), Build::flat, List.of("make", "-j99"));
  static final Build NINJA_113 =
      new Build("ninja 1.13 -j99", List.of(Tool.NINJA_113), Build::ninja, List.of("ninja", "-j99"));

  /** Every kind there is. */
  static Stream<Build> all() {
    return Stream.of(
        MAKE,
        MAKE_J99,
        MAKE_MAKE_J9,
        SCRIPT,
        CMAKE_MAKE,
        CMAKE_NINJA,
        NINJA,
        CARGO,
        CTEST,
        MAKE_44,
        NINJA_113);
  }

  /** One for each tool of this machine's own. */
  static Stream<Build> oneOfEachTool() {
    return Stream.of(MAKE, MAKE_MAKE_J9, CMAKE_MAKE, CMAKE_NINJA, NINJA, CARGO);
  }

  /**
   * Writes the project into a folder of the world's project folder and gives back how to build it.
   */
  Ready prepare(Dibs world, String folder) {
    needs.forEach(Tool::require);
    Path path = Texts.folder(world.folder().resolve(folder));
    project.accept(world, path);
    return new Ready(this, world, path);
  }

  /** A project that is there and waits to be built. */
  record Ready(Build build, Dibs world, Path folder) {
    /** The build below {@code dibs run} with options. */
    Command withDibs(String... options) {
      Stream<String> dibs = Stream.of(Programs.dibs().toString(), "run");
      return command(
          Stream.of(dibs, Stream.of(options), Stream.of("--"), build.command.stream())
              .flatMap(Function.identity())
              .toList());
    }

    /** The build's command as other words: what a shell has to be told to type it, say. */
    Command in(UnaryOperator<List<String>> shell) {
      return command(shell.apply(build.command));
    }

    /** The build as if there were no dibs. */
    Command withoutDibs() {
      return command(build.command);
    }

    private Command command(List<String> words) {
      Command command = world.command(words).in(folder).with(Map.of("RUSTC_WRAPPER", "counted"));
      Tool.folderAside(build.needs).ifPresent(command::onPath);
      return command;
    }
  }

  @Override
  public String toString() {
    return name;
  }

  // --- the projects ---

  private static Build make(String name, String... command) {
    return new Build(name, List.of(Tool.MAKE), Build::flat, List.of(command));
  }

  private static Build cmake(String name, String generator, Tool tool) {
    return new Build(
        name,
        List.of(Tool.CMAKE, tool),
        (world, folder) -> cmake(world, folder, generator),
        List.of("cmake", "--build", "build", "-j99"));
  }

  private static List<String> script() {
    return List.of("sh", "build.sh");
  }

  private static void flat(Dibs world, Path folder) {
    Texts.write(folder.resolve("Makefile"), makefile("o", JOBS));
  }

  /** A makefile with a number of independent jobs. */
  static String makefile(String prefix, int jobs) {
    return """
        OBJECTS := %s
        all: $(OBJECTS)
        $(OBJECTS): ; @%s
        """
        .formatted(names(prefix, jobs), COMPILE);
  }

  private static void nested(Dibs world, Path folder) {
    flat(world, folder.resolve("inner"));
    Texts.write(folder.resolve("Makefile"), "all: ; @$(MAKE) --no-print-directory -j9 -C inner\n");
  }

  private static void twice(Dibs world, Path folder) {
    flat(world, folder.resolve("a"));
    flat(world, folder.resolve("b"));
    Texts.write(
        folder.resolve("build.sh"),
        """
        make -j8 -C a & a=$!
        make -j8 -C b & b=$!
        wait $a && wait $b
        """);
  }

  private static void ninja(Dibs world, Path folder) {
    String edges =
        numbers(JOBS).mapToObj(i -> "build o%d: cc\n".formatted(i)).collect(Collectors.joining());
    Texts.write(folder.resolve("build.ninja"), "rule cc\n  command = counted touch $out\n" + edges);
  }

  private static void cmake(Dibs world, Path folder, String generator) {
    numbers(JOBS).forEach(i -> Texts.write(folder.resolve("f" + i + ".c"), "int f" + i + ";\n"));
    Texts.write(
        folder.resolve("CMakeLists.txt"),
        """
        cmake_minimum_required(VERSION 3.16)
        project(counted C)
        file(GLOB sources ${CMAKE_SOURCE_DIR}/*.c)
        add_library(counted STATIC ${sources})
        """);
    world
        .plain("cmake", "-G", generator, "-DCMAKE_C_COMPILER_LAUNCHER=counted", "-B", "build")
        .in(folder)
        .with("COUNTED_LOG", "/dev/null")
        .end()
        .well();
  }

  private static void ctest(Dibs world, Path folder) {
    String tests =
        numbers(JOBS)
            .mapToObj("add_test(t%d counted true)\n"::formatted)
            .collect(Collectors.joining());
    Texts.write(folder.resolve("CTestTestfile.cmake"), tests);
  }

  private static void cargo(Dibs world, Path folder) {
    Texts.write(
        folder.resolve("Cargo.toml"), "[workspace]\nresolver = \"2\"\nmembers = [\"crates/*\"]\n");
    numbers(JOBS).forEach(i -> crate(folder.resolve("crates/c" + i), "c" + i));
  }

  /** A crate of one function. */
  static void crate(Path folder, String name) {
    Texts.write(
        folder.resolve("Cargo.toml"),
        "[package]\nname = \"%s\"\nversion = \"0.1.0\"\nedition = \"2021\"\n".formatted(name));
    Texts.write(folder.resolve("src/lib.rs"), "pub fn answer() -> u32 { 42 }\n");
  }

  private static String names(String prefix, int count) {
    return numbers(count).mapToObj(i -> prefix + i).collect(Collectors.joining(" "));
  }

  private static IntStream numbers(int count) {
    return IntStream.rangeClosed(1, count);
  }
}
