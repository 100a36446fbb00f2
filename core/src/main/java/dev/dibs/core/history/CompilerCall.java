package dev.dibs.core.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A command line of a compiler or linker, and which job it is: for those who say nothing of
 * themselves. Calls that only ask the compiler something are no jobs, nor is preprocessing, which
 * needs next to nothing. What its shim calls a job the launcher says by the same rules
 * (compilers.sh).
 */
public final class CompilerCall {

  /** What stands before a name and behind it: {@code x86_64-linux-gnu-g++-12.2}. */
  private static final Pattern NAME =
      Pattern.compile("(?:[A-Za-z0-9_.]+-)*?([a-z][a-z0-9+_.]*)(?:-[0-9][0-9.]*)?");

  /** Names of its own that every {@code configure} of CMake makes up. */
  private static final Pattern CMAKE_TRIAL = Pattern.compile("cmTC_[0-9a-f]{5}");

  private static final Set<String> WRAPPERS = Set.of("ccache", "sccache", "distcc", "icecc");
  private static final Set<String> DRIVERS =
      Set.of(
          "cc",
          "c++",
          "gcc",
          "g++",
          "clang",
          "clang++",
          "gfortran",
          "flang",
          "icx",
          "icpx",
          "nvcc",
          "hipcc",
          "emcc",
          "em++");
  private static final Set<String> FRONTENDS =
      Set.of("cc1", "cc1plus", "cc1obj", "cc1objplus", "f951");
  private static final Set<String> LINKERS =
      Set.of(
          "ld",
          "ld.bfd",
          "ld.gold",
          "ld.lld",
          "lld",
          "ld64.lld",
          "wasm-ld",
          "mold",
          "ld.mold",
          "wild",
          "collect2",
          "lto1");

  /** Options of the drivers and of cc1 whose value is the next word; of ld a few more. */
  private static final Set<String> WITH_VALUE =
      Set.of(
          "-o",
          "-I",
          "-D",
          "-U",
          "-L",
          "-l",
          "-x",
          "-include",
          "-imacros",
          "-isystem",
          "-iquote",
          "-idirafter",
          "-iprefix",
          "-isysroot",
          "--sysroot",
          "-G",
          "-imultiarch",
          "-imultilib",
          "-MF",
          "-MT",
          "-MQ",
          "-arch",
          "-target",
          "-Xclang",
          "-Xlinker",
          "-Xassembler",
          "-Xpreprocessor",
          "-u",
          "-T",
          "-z",
          "-A",
          "-B",
          "-aux-info",
          "--param",
          "-framework",
          "-mllvm",
          "-dumpbase",
          "-dumpbase-ext",
          "-dumpdir",
          "-auxbase",
          "-auxbase-strip");

  /** Of cc1 these two have one as well; gcc hands them on with the name of a file. */
  private static final Set<String> WITH_VALUE_OF_FRONTEND =
      Stream.concat(WITH_VALUE.stream(), Stream.of("-MD", "-MMD"))
          .collect(Collectors.toUnmodifiableSet());

  /** The same for ld. */
  private static final Set<String> WITH_VALUE_OF_LD =
      Set.of(
          "-o",
          "-L",
          "-l",
          "-u",
          "-T",
          "-z",
          "-m",
          "-e",
          "-h",
          "-soname",
          "-rpath",
          "-plugin",
          "-dynamic-linker",
          "--dynamic-linker",
          "-plugin-opt",
          "-Map",
          "-rpath-link",
          "-y");

  private static final Set<String> OF_RUSTC =
      Set.of(
          "--crate-name",
          "--crate-type",
          "--emit",
          "--edition",
          "--out-dir",
          "--cfg",
          "--target",
          "--extern",
          "-L",
          "-l",
          "-C",
          "-o",
          "-A",
          "-W",
          "-D",
          "-F",
          "--check-cfg",
          "--cap-lints",
          "--color",
          "--error-format",
          "--json",
          "-Z",
          "--codegen",
          "--remap-path-prefix",
          "--print",
          "--sysroot");

  private static final Pattern RUSTC_QUESTION = Pattern.compile("--print(=.*)?|--explain");

  /** rustc makes one whole of these, and links it. */
  private static final Set<String> LINKED_CRATES = Set.of("bin", "dylib", "cdylib", "proc-macro");

  private static final String NULL_DEVICE = "/dev/null";

  /** What is only asked, or preprocessed. */
  private static final Pattern QUESTION =
      Pattern.compile(
          "-E|-MM?|-###|-dump(machine|version|fullversion|specs)|--?print-.*|--version"
              + "|--help(=.*)?|--target-help");

  /** mold is no linker then, but stands in for others in the build behind it. */
  private static final Set<String> RUNNING_A_BUILD = Set.of("-run", "--run");

  /** No compiler has a longer one. */
  private static final int NAME_MAX = 100;

  /** Of a process's name the kernel keeps no more. */
  private static final int PROCESS_NAME_MAX = 15;

  private static final Set<String> OTHERS = Set.of("rustc", "javac", "compile", "link");

  private final String tool;
  private final List<String> words;
  private final List<String> options = new ArrayList<>();
  private final List<String> inputs = new ArrayList<>();

  private CompilerCall(String tool, List<String> words, Set<String> withValue) {
    this.tool = tool;
    this.words = words;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (withValue.contains(word)) {
        i++;
      } else if (word.startsWith("-")) {
        options.add(word);
      } else if (!word.equals(NULL_DEVICE)) {
        inputs.add(word);
      }
    }
  }

  /**
   * The job that a process does.
   *
   * @param command its command line, the program first
   * @return nothing if it is no compiler or linker, or makes nothing
   */
  public static Optional<JobKey> of(List<String> command) {
    if (command.isEmpty()) {
      return Optional.empty();
    }
    String tool = name(command.getFirst());
    List<String> rest = command.subList(1, command.size());
    if (WRAPPERS.contains(tool)) {
      return of(rest);
    }
    if (DRIVERS.contains(tool)) {
      return new CompilerCall(tool, rest, WITH_VALUE).ofDriver();
    }
    if (FRONTENDS.contains(tool)) {
      return new CompilerCall(tool, rest, WITH_VALUE_OF_FRONTEND).ofFrontend();
    }
    if (LINKERS.contains(tool)) {
      return new CompilerCall(tool, rest, WITH_VALUE_OF_LD).ofLinker();
    }
    return switch (tool) {
      case "rustc" -> new CompilerCall(tool, rest, OF_RUSTC).ofRustc();
      case "javac" -> new CompilerCall(tool, rest, Set.of()).ofJavac();
      case "compile" -> new CompilerCall("go-compile", rest, Set.of()).ofGo("compile", "-p");
      case "link" -> new CompilerCall("go-link", rest, Set.of()).ofGo("link", "-o");
      default -> Optional.empty();
    };
  }

  /**
   * Whether a process of this name, which the kernel may have cut, may be a compiler's: its command
   * line tells. One of no other name is none.
   */
  public static boolean mayBe(String processName) {
    String tool = name(processName);
    return processName.length() >= PROCESS_NAME_MAX
        || Stream.of(WRAPPERS, DRIVERS, FRONTENDS, LINKERS, OTHERS)
            .anyMatch(names -> names.contains(tool));
  }

  /** What a job is known by that makes this: what lies in folders of a day, by its name alone. */
  public static String lasting(String target) {
    boolean fleeting = target.startsWith("/tmp/") || target.startsWith("/var/tmp/");
    String lasting = fleeting ? target.substring(target.lastIndexOf('/') + 1) : target;
    return CMAKE_TRIAL.matcher(lasting).replaceAll("cmTC");
  }

  /** The program's name without folder, target triple and version. */
  private static String name(String program) {
    String file = program.substring(program.lastIndexOf('/') + 1);
    if (LINKERS.contains(file)) { // wasm-ld has no triple
      return file;
    }
    Matcher name = NAME.matcher(file);
    return file.length() <= NAME_MAX && name.matches() ? name.group(1) : file;
  }

  private Optional<JobKey> ofDriver() {
    if (inputs.isEmpty() || options.stream().anyMatch(o -> QUESTION.matcher(o).matches())) {
      return Optional.empty();
    }
    String object = object(inputs.getFirst());
    return hasAny("-fsyntax-only")
        ? Optional.of(key("check", object))
        : hasAny("-c", "-S", "-cc1") ? made("compile", object) : made("link", "a.out");
  }

  private Optional<JobKey> ofFrontend() {
    if (inputs.isEmpty() || hasAny("-E", "-fsyntax-only")) {
      return Optional.empty();
    }
    String source = value("-dumpbase").orElseGet(inputs::getFirst);
    String target = value("-auxbase-strip").orElse(value("-dumpdir").orElse("") + source);
    return Optional.of(key("compile", target));
  }

  private Optional<JobKey> ofLinker() {
    return inputs.isEmpty() || options.stream().anyMatch(RUNNING_A_BUILD::contains)
        ? Optional.empty()
        : made("link", "a.out");
  }

  /**
   * What {@code -o} says, else what is usual; to make nothing is to ask whether it could be made.
   */
  private Optional<JobKey> made(String kind, String usual) {
    String file = joinedValue("-o").orElse(usual);
    return file.equals(NULL_DEVICE) ? Optional.empty() : Optional.of(key(kind, file));
  }

  private Optional<JobKey> ofRustc() {
    if (inputs.isEmpty() || words.stream().anyMatch(RUSTC_QUESTION.asMatchPredicate())) {
      return Optional.empty();
    }
    String name =
        value("--crate-name").or(() -> joinedValue("-o")).orElseGet(() -> stem(inputs.getFirst()));
    String emitted = value("--emit").orElse("link");
    boolean links = hasAny("--test") || LINKED_CRATES.contains(value("--crate-type").orElse("bin"));
    return Optional.of(key(!emitted.contains("link") ? "check" : links ? "link" : "compile", name));
  }

  private Optional<JobKey> ofJavac() {
    Optional<String> source =
        words.stream().filter(word -> word.endsWith(".java") || word.startsWith("@")).findFirst();
    Optional<String> what = source.or(() -> value("--module")).or(() -> value("-m"));
    return what.map(first -> key("compile", value("-d").orElse(first)));
  }

  /** Others have tools of these names too, but none of theirs is told its imports so. */
  private Optional<JobKey> ofGo(String kind, String targetOption) {
    return hasAny("-importcfg")
        ? value(targetOption).map(target -> key(kind, target))
        : Optional.empty();
  }

  private JobKey key(String kind, String target) {
    return new JobKey(tool, kind, lasting(target));
  }

  private static String object(String source) {
    return stem(source) + ".o";
  }

  /** A file's name without folder and suffix. */
  private static String stem(String file) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private boolean hasAny(String... any) {
    return Stream.of(any).anyMatch(options::contains);
  }

  /** {@code OPTION VALUE} or {@code OPTION=VALUE}. */
  private Optional<String> value(String option) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals(option) && i + 1 < words.size()) {
        return Optional.of(words.get(i + 1));
      }
      if (word.startsWith(option + "=")) {
        return Optional.of(word.substring(option.length() + 1));
      }
    }
    return Optional.empty();
  }

  /** {@code OPTION VALUE} or {@code OPTIONVALUE}. */
  private Optional<String> joinedValue(String option) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals(option) && i + 1 < words.size()) {
        return Optional.of(words.get(i + 1));
      }
      if (word.startsWith(option) && word.length() > option.length()) {
        return Optional.of(word.substring(option.length()));
      }
    }
    return Optional.empty();
  }
}
