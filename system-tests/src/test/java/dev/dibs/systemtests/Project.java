package dev.dibs.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A small project that is built again and again: what it is, how it is built, and what must be
 * there afterwards. Its jobs are counted; some compute, some wait.
 *
 * @param name for messages
 * @param needs programs without which it can't be built
 * @param writer writes it into an empty folder
 * @param command builds it there
 * @param result names of the files that the build makes
 * @param results how many there are
 * @param jobWaitMs how long each job sleeps, besides what it computes
 */
record Project(
    String name,
    List<Tool> needs,
    Consumer<Path> writer,
    List<String> command,
    Pattern result,
    int results,
    int jobWaitMs) {

  private static final int JOBS = 6;
  private static final Pattern TOUCHED = Pattern.compile("o[0-9]+");

  /** One of each way to ask for slots, alone and below one another. */
  static List<Project> all() {
    return List.of(
        touching("make", List.of(Tool.MAKE), Project::flat, 200, "dibs", "run", "--", "make", "-j"),
        touching(
            "make that calls make",
            List.of(Tool.MAKE),
            Project::nested,
            100,
            "dibs",
            "run",
            "--",
            "make",
            "-j9"),
        touching(
            "script that calls make, ninja and a run",
            List.of(Tool.MAKE, Tool.NINJA),
            Project::mixed,
            100,
            "dibs",
            "run",
            "--",
            "sh",
            "build.sh"),
        touching(
            "ninja", List.of(Tool.NINJA), Project::ninja, 100, "dibs", "run", "--", "ninja", "-j9"),
        new Project(
            "cargo",
            List.of(Tool.CARGO),
            Project::cargo,
            List.of("dibs", "run", "--", "cargo", "build", "-j9", "--offline"),
            Pattern.compile("libc[0-9]\\.rlib"),
            3,
            50),
        touching(
            "script that calls jobs",
            List.of(),
            Project::jobs,
            150,
            "dibs",
            "run",
            "--",
            "sh",
            "build.sh"),
        touching("jobs of no run", List.of(), Project::jobs, 150, "sh", "build.sh"),
        touching(
            "make 4.4", List.of(Tool.MAKE_44), Project::flat, 200, "dibs", "run", "--", "make"),
        touching(
            "ninja 1.13",
            List.of(Tool.NINJA_113),
            Project::ninja,
            100,
            "dibs",
            "run",
            "--",
            "ninja"),
        touching(
            "script that takes tokens",
            List.of(),
            Project::tokens,
            150,
            "dibs",
            "run",
            "--",
            "sh",
            "build.sh"),
        new Project(
            "make that links with gcc -flto=jobserver",
            List.of(Tool.MAKE, Tool.GCC),
            Project::linkTime,
            List.of("dibs", "run", "--", "make", "-j"),
            Pattern.compile("o[0-9]+\\.o|program"),
            4,
            50));
  }

  private static Project touching(
      String name, List<Tool> needs, Consumer<Path> writer, int jobWaitMs, String... command) {
    return new Project(name, needs, writer, List.of(command), TOUCHED, JOBS, jobWaitMs);
  }

  /** Writes it into a folder. */
  void write(Path folder) {
    needs.forEach(Tool::require);
    writer.accept(Texts.folder(folder));
  }

  /** Builds it in the folder in which it is started. */
  String script() {
    String path = Tool.folderAside(needs).map(aside -> "PATH=" + aside + ":$PATH\n").orElse("");
    return "#!/bin/sh\nexport RUSTC_WRAPPER=counted COUNTED_WAIT_MS="
        + jobWaitMs
        + "\n"
        + path
        + String.join(" ", command)
        + "\n";
  }

  /** Writes it into a folder, and gives how it is built there. */
  Command in(Dibs world, Path folder) {
    write(folder);
    Command build = world.plain(command.toArray(String[]::new)).in(folder);
    Tool.folderAside(needs).ifPresent(build::onPath);
    return build.with(
        Map.of("RUSTC_WRAPPER", "counted", "COUNTED_WAIT_MS", Integer.toString(jobWaitMs)));
  }

  /** Whether all that it should make is in its folder. */
  boolean isComplete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(this::isResult).count() == results;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isResult(Path file) {
    boolean isIntermediate = file.toString().contains("/deps/");
    return !isIntermediate && result.matcher(file.getFileName().toString()).matches();
  }

  @Override
  public String toString() {
    return name;
  }

  // --- what they are made of ---

  private static void flat(Path folder) {
    Texts.write(folder.resolve("Makefile"), Build.makefile("o", JOBS));
  }

  private static void nested(Path folder) {
    flat(folder.resolve("inner"));
    Texts.write(folder.resolve("Makefile"), "all: ; @$(MAKE) --no-print-directory -j9 -C inner\n");
  }

  private static void mixed(Path folder) {
    Texts.write(folder.resolve("a/Makefile"), Build.makefile("o", 2));
    Texts.write(folder.resolve("b/build.ninja"), ninjaFile(2));
    Texts.write(folder.resolve("c/Makefile"), Build.makefile("o", 2));
    Texts.write(
        folder.resolve("build.sh"),
        """
        make -j8 -C a & a=$!
        ninja -j8 -C b & b=$!
        dibs run -q -- make -j8 -C c & c=$!
        wait $a && wait $b && wait $c
        """);
  }

  private static void ninja(Path folder) {
    Texts.write(folder.resolve("build.ninja"), ninjaFile(JOBS));
  }

  private static String ninjaFile(int jobs) {
    StringBuilder file = new StringBuilder("rule cc\n  command = counted touch $out\n");
    IntStream.rangeClosed(1, jobs).forEach(i -> file.append("build o%d: cc\n".formatted(i)));
    return file.toString();
  }

  private static void jobs(Path folder) {
    Texts.write(
        folder.resolve("build.sh"),
        """
        pids=
        for i in 1 2 3 4 5 6; do
          dibs job -- counted touch o$i & pids="$pids $!"
        done
        for pid in $pids; do
          wait $pid || exit 1
        done
        """);
  }

  /**
   * A client in shell: each job but the first takes a byte out of the jobserver and puts it back.
   */
  private static void tokens(Path folder) {
    Texts.write(
        folder.resolve("build.sh"),
        """
        exec 8<>"$DIBS_FIFO"
        pids=
        for i in 2 3 4 5 6; do
          {
            token=$(dd bs=1 count=1 <&8 2>/dev/null) && [ -n "$token" ] || exit 1
            counted touch o$i; status=$?
            printf + >&8
            exit $status
          } & pids="$pids $!"
        done
        counted touch o1 || exit 1
        for pid in $pids; do
          wait $pid || exit 1
        done
        """);
  }

  private static void linkTime(Path folder) {
    Texts.write(
        folder.resolve("main.c"),
        "int f1(void), f2(void);\nint main(void) { return f1() - f2(); }\n");
    Texts.write(folder.resolve("f1.c"), "int f1(void) { return 42; }\n");
    Texts.write(folder.resolve("f2.c"), "int f2(void) { return 42; }\n");
    Texts.write(
        folder.resolve("Makefile"),
        """
        export TMPDIR := $(CURDIR)
        program: o1.o o2.o o3.o
        \t+@counted gcc -O2 -flto=jobserver -flto-partition=max -o $@ $^ && ./$@
        o1.o: main.c
        o2.o: f1.c
        o3.o: f2.c
        o1.o o2.o o3.o: ; @counted gcc -O2 -flto -c -o $@ $<
        """);
  }

  private static void cargo(Path folder) {
    Texts.write(
        folder.resolve("Cargo.toml"), "[workspace]\nresolver = \"2\"\nmembers = [\"crates/*\"]\n");
    IntStream.rangeClosed(1, 3).forEach(i -> Build.crate(folder.resolve("crates/c" + i), "c" + i));
  }
}
