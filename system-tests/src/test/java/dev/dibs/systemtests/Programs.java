package dev.dibs.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
    Path link = COMPILED.resolve("dibs");
    if (!Files.isSymbolicLink(link)) {
      Texts.link(link, dibs());
    }
    return COMPILED;
  }

  private static void compile(Path source) {
    String name = source.getFileName().toString().replace(".c", "");
    Path program = Texts.folder(COMPILED).resolve(name);
    try {
      int status =
          new ProcessBuilder("gcc", "-O2", "-pthread", "-o", program.toString(), source.toString())
              .inheritIO()
              .start()
              .waitFor();
      if (status != 0) {
        throw new AssertionError("gcc could not compile " + source);
      }
    } catch (IOException e) {
      throw new AssertionError("the tests need gcc", e);
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
