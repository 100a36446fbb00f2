package dev.dibs.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkout, and the C programs that the tests compile once. */
final class Programs {
  /** The root of the checkout. */
  static final Path ROOT = root();

  private static final Path COMPILED = ROOT.resolve("system-tests/target/programs");

  private Programs() {}

  /** The launcher. */
  static Path dibs() {
    return ROOT.resolve("dibs");
  }

  /** A folder with {@code dibs} and all C programs, to be put on the PATH. */
  static Path folder() {
    return Holder.FOLDER;
  }

  /** Compiled when first asked for. */
  private static final class Holder {
    static final Path FOLDER = compileAll();
  }

  private static Path compileAll() {
    compile(ROOT.resolve("tools/counted.c"));
    compile(ROOT.resolve("system-tests/src/test/c/hog.c"));
    compile(ROOT.resolve("system-tests/src/test/c/eater.c"));
    compile(ROOT.resolve("system-tests/src/test/c/taker.c"));
    compile(ROOT.resolve("system-tests/src/test/c/thrasher.c"));
    compile(ROOT.resolve("system-tests/src/test/c/ranged.c"));
    compile(ROOT.resolve("clients/c/dibs_slot.c"));
    Path link = COMPILED.resolve("dibs");
    if (!Files.isSymbolicLink(link)) {
      Texts.link(link, dibs());
    }
    firstUse();
    return COMPILED;
  }

  private static void compile(Path source) {
    String name = source.getFileName().toString().replace(".c", "");
    Path program = Texts.folder(COMPILED).resolve(name);
    run(new ProcessBuilder("gcc", "-O2", "-pthread", "-o", program.toString(), source.toString()));
  }

  /** Builds dibs if it is not built, which may take longer than a test waits. */
  private static void firstUse() {
    Path world = Texts.folder(COMPILED).resolve("first-use");
    for (List<String> words : List.of(List.of("run", "--", "true"), List.of("stop", "--force"))) {
      ProcessBuilder dibs =
          new ProcessBuilder(Stream.concat(Stream.of(dibs().toString()), words.stream()).toList());
      dibs.environment().put("DIBS_DIR", world.toString());
      run(dibs);
    }
  }

  private static void run(ProcessBuilder builder) {
    try {
      if (builder.inheritIO().start().waitFor() != 0) {
        throw new AssertionError("the tests need what failed: " + builder.command());
      }
    } catch (IOException e) {
      throw new AssertionError("the tests need " + builder.command(), e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/control.md"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("not started inside the checkout");
      }
    }
    return folder;
  }
}
