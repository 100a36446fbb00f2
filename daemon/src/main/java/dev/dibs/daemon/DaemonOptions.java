package dev.dibs.daemon;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How a daemon was started.
 *
 * @param directory where its endpoints lie (docs/control.md)
 * @param home where dibs is installed: the folder of {@code ./dibs}
 * @param size slots in the pool; empty: what the machine has
 * @param disposable whether it serves one run only, ends with it and removes its directory ({@code
 *     --private})
 * @param supervisor process that starts a new daemon if this one dies; 0: nobody does
 * @param idleAfter how long without claims until it leaves; at least a millisecond, usually ten
 *     minutes
 */
record DaemonOptions(
    Path directory,
    Path home,
    OptionalInt size,
    boolean disposable,
    int supervisor,
    Duration idleAfter) {

  /** The variable that sets the pool's size. */
  static final String SIZE_VARIABLE = "DIBS_POOL_SIZE";

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
  }

  /**
   * Reads {@code --directory DIR --home HOME [--slots N] [--private] [--supervisor PID]} and the
   * variables {@code DIBS_POOL_SIZE} and {@code DIBS_IDLE_SECONDS}.
   *
   * @throws IllegalArgumentException with a message for a person
   */
  static DaemonOptions parse(String[] arguments, Map<String, String> environment) {
    Path directory = null;
    Path home = null;
    OptionalInt size = number(environment, SIZE_VARIABLE);
    boolean disposable = false;
    int supervisor = 0;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--directory" -> directory = Path.of(value(arguments, ++i)).toAbsolutePath();
        case "--home" -> home = Path.of(value(arguments, ++i)).toAbsolutePath();
        case "--slots" -> size = OptionalInt.of(number("--slots", value(arguments, ++i)));
        case "--supervisor" -> supervisor = number("--supervisor", value(arguments, ++i));
        case "--private" -> disposable = true;
        default -> throw new IllegalArgumentException("Unknown option " + arguments[i] + ".");
      }
    }
    if (directory == null || home == null) {
      throw new IllegalArgumentException("--directory and --home are needed.");
    }
    return new DaemonOptions(
        directory, home, size, disposable, supervisor, idleAfter(environment, disposable));
  }

  private static Duration idleAfter(Map<String, String> environment, boolean disposable) {
    OptionalInt seconds = number(environment, "DIBS_IDLE_SECONDS");
    if (disposable) {
      return IDLE_DISPOSABLE;
    }
    return seconds.isPresent() ? Duration.ofSeconds(seconds.getAsInt()) : IDLE_USUAL;
  }

  private static String value(String[] arguments, int index) {
    if (index >= arguments.length) {
      throw new IllegalArgumentException(arguments[index - 1] + " needs a value.");
    }
    return arguments[index];
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
