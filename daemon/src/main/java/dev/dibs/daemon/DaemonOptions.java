package dev.dibs.daemon;

import dev.dibs.daemon.files.Mount;
import dev.dibs.daemon.memory.WatchSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a daemon was started.
 *
 * @param directory where its endpoints lie (docs/control.md)
 * @param home where dibs is installed: the folder of {@code ./dibs}
 * @param size slots in the pool; empty: what the machine has
 * @param disposable whether it serves one run only, ends with it and removes its directory ({@code
 *     --private})
 * @param guards who sees to it that there is another daemon if this one dies
 * @param files whether there is to be a file system
 * @param idleAfter how long without claims until it leaves; at least a millisecond, usually ten
 *     minutes
 * @param memoryMib what builds may use together, MiB, at least {@value #MEMORY_MIB_MIN}; empty:
 *     what the machine and its cgroups leave; {@value #MEMORY_IGNORED}: nobody looks at memory
 * @param lendAfter how long a holder must be idle until its slots are lent; above 0, usually half a
 *     minute
 */
record DaemonOptions(
    Path directory,
    Path home,
    OptionalInt size,
    boolean disposable,
    Guards guards,
    Mount.Choice files,
    Duration idleAfter,
    OptionalInt memoryMib,
    Duration lendAfter) {

  /**
   * Processes that outlive a daemon.
   *
   * @param supervisor starts a new daemon if this one dies; 0: nobody does
   * @param keeper takes the supervisor's place if that dies; 0: nobody does
   * @param fuse number of the descriptor of {@code /dev/fuse} that both share with us
   * @param locks number of the descriptor of {@code locks/ranges} that both share with us
   */
  record Guards(int supervisor, int keeper, OptionalInt fuse, OptionalInt locks) {

    /** Nobody. */
    static final Guards NONE = new Guards(0, 0, OptionalInt.empty(), OptionalInt.empty());
  }

  /** The variable that sets the pool's size. */
  static final String SIZE_VARIABLE = "DIBS_POOL_SIZE";

  /** The variable that sets how much memory builds may use. */
  static final String MEMORY_VARIABLE = "DIBS_MEMORY";

  /** The variable that sets how long slots must lie idle until they are lent. */
  static final String LEND_VARIABLE = "DIBS_LEND_SECONDS";

  /** Less is a mistake: one job takes more. */
  static final int MEMORY_MIB_MIN = 16;

  /** Nobody looks at memory, and nothing waits for it. */
  static final int MEMORY_IGNORED = 0;

  private static final Pattern MEMORY = Pattern.compile("([0-9]{1,9})([MGT])(i?B)?");

  private static final Duration IDLE_USUAL = Duration.ofMinutes(10);

  /** Longest waiting for the first and only run of a disposable daemon. */
  private static final Duration IDLE_DISPOSABLE = Duration.ofSeconds(30);

  static final int SLOTS_MAX = 4096;

  DaemonOptions {
    if (size.isPresent() && (size.getAsInt() < 1 || size.getAsInt() > SLOTS_MAX)) {
      throw new IllegalArgumentException(
          "A pool has 1 to " + SLOTS_MAX + " slots, not " + size.getAsInt() + ".");
    }
    if (!idleAfter.isPositive()) {
      throw new IllegalArgumentException("DIBS_IDLE_SECONDS must be above 0.");
    }
    if (!lendAfter.isPositive()) {
      throw new IllegalArgumentException(LEND_VARIABLE + " must be above 0.");
    }
  }

  /**
   * Reads {@code --directory DIR --home HOME [--slots N] [--private] [--supervisor PID] [--keeper
   * PID] [--fuse DESCRIPTOR] [--locks DESCRIPTOR]} and the variables {@code DIBS_POOL_SIZE}, {@code
   * DIBS_IDLE_SECONDS}, {@code DIBS_ENDPOINT}, {@code DIBS_MEMORY} and {@code DIBS_LEND_SECONDS}.
   *
   * @throws IllegalArgumentException with a message for a person
   */
  static DaemonOptions parse(String[] arguments, Map<String, String> environment) {
    Path directory = null;
    Path home = null;
    OptionalInt size = number(environment, SIZE_VARIABLE);
    boolean disposable = false;
    Guards guards = Guards.NONE;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--directory" -> directory = Path.of(value(arguments, ++i)).toAbsolutePath();
        case "--home" -> home = Path.of(value(arguments, ++i)).toAbsolutePath();
        case "--slots" -> size = OptionalInt.of(number(arguments, ++i));
        case "--supervisor" ->
            guards = new Guards(number(arguments, ++i), guards.keeper, guards.fuse, guards.locks);
        case "--keeper" ->
            guards =
                new Guards(guards.supervisor, number(arguments, ++i), guards.fuse, guards.locks);
        case "--fuse" -> {
          OptionalInt fuse = OptionalInt.of(number(arguments, ++i));
          guards = new Guards(guards.supervisor, guards.keeper, fuse, guards.locks);
        }
        case "--locks" -> {
          OptionalInt locks = OptionalInt.of(number(arguments, ++i));
          guards = new Guards(guards.supervisor, guards.keeper, guards.fuse, locks);
        }
        case "--private" -> disposable = true;
        default -> throw new IllegalArgumentException("Unknown option " + arguments[i] + ".");
      }
    }
    if (directory == null || home == null) {
      throw new IllegalArgumentException("--directory and --home are needed.");
    }
    return new DaemonOptions(
        directory,
        home,
        size,
        disposable,
        guards,
        files(environment),
        idleAfter(environment, disposable),
        memoryMib(environment),
        lendAfter(environment));
  }

  /** Reads {@code 900M}, {@code 24G} or {@code 1T}, in units of 1,024, or {@code off}. */
  private static OptionalInt memoryMib(Map<String, String> environment) {
    String value = environment.getOrDefault(MEMORY_VARIABLE, "");
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (value.equals("off")) {
      return OptionalInt.of(MEMORY_IGNORED);
    }
    Matcher size = MEMORY.matcher(value);
    long mib = size.matches() ? Long.parseLong(size.group(1)) * mibIn(size.group(2)) : 0;
    if (mib < MEMORY_MIB_MIN || mib > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          MEMORY_VARIABLE
              + " must be what builds may use, such as 900M or 24G, at least "
              + MEMORY_MIB_MIN
              + "M, or off, not '"
              + value
              + "'.");
    }
    return OptionalInt.of((int) mib);
  }

  private static long mibIn(String unit) {
    return switch (unit) {
      case "M" -> 1;
      case "G" -> 1024;
      default -> 1024 * 1024;
    };
  }

  private static Mount.Choice files(Map<String, String> environment) {
    String endpoint = environment.getOrDefault("DIBS_ENDPOINT", "");
    return switch (endpoint) {
      case "" -> Mount.Choice.WANTED;
      case "fifo" -> Mount.Choice.UNWANTED;
      case "as-if-old-kernel" -> Mount.Choice.AS_IF_OLD_KERNEL; // for tests
      default ->
          throw new IllegalArgumentException(
              "DIBS_ENDPOINT must be 'fifo' or unset, not '" + endpoint + "'.");
    };
  }

  private static Duration idleAfter(Map<String, String> environment, boolean disposable) {
    OptionalInt seconds = number(environment, "DIBS_IDLE_SECONDS");
    if (disposable) {
      return IDLE_DISPOSABLE;
    }
    return seconds.isPresent() ? Duration.ofSeconds(seconds.getAsInt()) : IDLE_USUAL;
  }

  private static Duration lendAfter(Map<String, String> environment) {
    OptionalInt seconds = number(environment, LEND_VARIABLE);
    return seconds.isPresent()
        ? Duration.ofSeconds(seconds.getAsInt())
        : WatchSettings.LEND_AFTER_USUAL;
  }

  private static String value(String[] arguments, int index) {
    if (index >= arguments.length) {
      throw new IllegalArgumentException(arguments[index - 1] + " needs a value.");
    }
    return arguments[index];
  }

  private static int number(String[] arguments, int index) {
    return number(arguments[index - 1], value(arguments, index));
  }

  private static OptionalInt number(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(number(name, value));
  }

  private static int number(String name, String value) {
    if (!value.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(name + " must be a number, not '" + value + "'.");
    }
    return Integer.parseInt(value);
  }
}
