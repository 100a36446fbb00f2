package dev.dibs.daemon.once;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What came of a piece of work; its output lies in the run's folder.
 *
 * @param status the exit status, 0 to 255
 * @param cut whether there was more output than was kept
 * @param bytes how much was kept
 * @param reportedMs when the runner ended, ms since boot
 * @param keepUntilMs until when somebody may want it, ms since boot
 */
public record OnceResult(int status, boolean cut, long bytes, long reportedMs, long keepUntilMs) {

  private static final int FIELDS = 6;

  /** Whether the command succeeded. */
  public boolean isGood() {
    return status == 0;
  }

  byte[] encode() {
    return (status + " " + cut + " " + bytes + " " + reportedMs + " " + keepUntilMs + " end\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Reads what {@link #encode} made; nothing if it is something else. */
  static Optional<OnceResult> decode(byte[] bytes) {
    String[] fields = new String(bytes, StandardCharsets.UTF_8).split(" ", -1);
    try {
      return fields.length != FIELDS
          ? Optional.empty()
          : Optional.of(
              new OnceResult(
                  Integer.parseInt(fields[0]),
                  Boolean.parseBoolean(fields[1]),
                  Long.parseLong(fields[2]),
                  Long.parseLong(fields[3]),
                  Long.parseLong(fields[4])));
    } catch (NumberFormatException other) {
      return Optional.empty();
    }
  }
}
