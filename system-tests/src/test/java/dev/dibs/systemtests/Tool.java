package dev.dibs.systemtests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Programs that the tests use. One that is missing leaves its tests out, and {@code check} says so;
 * with {@code CI=true} or {@code check --all} it fails them.
 */
enum Tool {
  BASH("bash"),
  BUSYBOX("busybox"),
  CARGO("cargo"),
  CCACHE("ccache"),
  CLANG("clang"),
  CMAKE("cmake"),
  DASH("dash"),
  FISH("fish"),
  FUSERMOUNT("fusermount3"),
  GCC("gcc"),
  GXX("g++"),
  JAVAC("javac"),
  LLD("ld.lld"),
  MAKE("make"),
  MOLD("mold"),
  NINJA("ninja"),
  NODE("node"),
  PYTHON("python3"),
  SCRIPT("script"),
  SETPRIV("setpriv"),
  SETSID("setsid"),
  SOCAT("socat"),
  TASKSET("taskset"),
  ZSH("zsh"),
  /** GNU make that takes {@code fifo:}. */
  MAKE_44("make", aside("forky/bin")),
  /** A ninja that is a client of the make protocol. */
  NINJA_113("ninja", aside("forky/bin")),
  MAVEN_39("mvn", aside("maven/apache-maven-3.9.16/bin")),
  MAVEN_4("mvn", aside("maven/apache-maven-4.0.0-rc-6/bin"));

  private static final boolean MUST_HAVE_ALL =
      Stream.of("CI", "DIBS_CHECK_ALL").anyMatch(n -> "true".equals(System.getenv(n)));

  private final String program;
  private final Optional<Path> folder;

  Tool(String program) {
    this.program = program;
    this.folder = Optional.empty();
  }

  Tool(String program, Path folder) {
    this.program = program;
    this.folder = Optional.of(folder);
  }

  /** Where it is, if this machine has it. */
  Optional<Path> path() {
    return folder
        .map(Stream::of)
        .orElseGet(Tool::searchPath)
        .map(f -> f.resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Where it is.
   *
   * @throws org.opentest4j.TestAbortedException if this machine lacks it; in CI an AssertionError
   */
  Path require() {
    Optional<Path> path = path();
    if (path.isEmpty() && MUST_HAVE_ALL) {
      throw new AssertionError(missing());
    }
    assumeTrue(path.isPresent(), missing());
    return path.orElseThrow();
  }

  private String missing() {
    return "missing: " + name().toLowerCase(java.util.Locale.ROOT);
  }

  private static Stream<Path> searchPath() {
    return Stream.of(System.getenv("PATH").split(":", -1)).map(Path::of);
  }

  /** The folder to be put before the PATH for those of them that lie aside. */
  static Optional<Path> folderAside(List<Tool> tools) {
    return tools.stream()
        .filter(tool -> tool.folder.isPresent())
        .findFirst()
        .map(Tool::require)
        .map(Path::getParent);
  }

  /** Where {@code tools/bring} and {@code tools/bring-maven} put them. */
  private static Path aside(String folder) {
    String shelf = System.getenv("DIBS_TOOLS");
    if (shelf != null) {
      return Path.of(shelf, folder);
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path home = Path.of(System.getProperty("user.home"));
    Path caches = cache == null || cache.isEmpty() ? home.resolve(".cache") : Path.of(cache);
    return caches.resolve("dibs-tools").resolve(folder);
  }
}
