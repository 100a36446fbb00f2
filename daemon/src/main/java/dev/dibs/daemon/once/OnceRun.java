package dev.dibs.daemon.once;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a later daemon has to know of a piece of work that somebody does.
 *
 * @param pid the runner's
 * @param startTicks when the runner started, in clock ticks since boot: with the pid it names one
 *     process for good
 * @param sinceEpochMs when it was told to run, ms since 1970
 * @param maxAgeMs how old a result the runner itself would have taken, ms
 */
public record OnceRun(int pid, long startTicks, long sinceEpochMs, long maxAgeMs, Task task) {

  private static final String MAGIC = "dibs once 1 ";
  private static final int LINES = 8;

  /** Lines of text, the first of which names the boot: the runner dies with the machine. */
  byte[] encode(String boot) {
    return String.join(
            "\n",
            MAGIC + boot,
            pid + " " + startTicks + " " + sinceEpochMs + " " + maxAgeMs,
            task.key(),
            task.fingerprint(),
            task.command(),
            task.directory(),
            "end",
            "")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Reads what {@link #encode} made in this boot; nothing if it is something else. */
  static Optional<OnceRun> decode(byte[] bytes, String boot) {
    List<String> lines = List.of(new String(bytes, StandardCharsets.UTF_8).split("\n", -1));
    if (lines.size() != LINES || !lines.getFirst().equals(MAGIC + boot)) {
      return Optional.empty();
    }
    String[] numbers = lines.get(1).split(" ", -1);
    try {
      return Optional.of(
          new OnceRun(
              Integer.parseInt(numbers[0]),
              Long.parseLong(numbers[1]),
              Long.parseLong(numbers[2]),
              Long.parseLong(numbers[3]),
              new Task(lines.get(2), lines.get(3), lines.get(4), lines.get(5))));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException other) {
      return Optional.empty();
    }
  }
}
